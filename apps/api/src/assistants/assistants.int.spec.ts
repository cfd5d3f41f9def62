import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await RunningApi.start();
});
afterAll(() => api.stop());
const paths = (errors: { path: string }[]) => errors.map(({ path }) => path);

describe('assistants', () => {
  it.each([
    [{}, ['name']],
    [{ name: '' }, ['name']],
    [{ name: 'a'.repeat(101) }, ['name']],
    [{ name: ' padded ' }, ['name']],
    [{ name: 'two\nlines' }, ['name']],
    [{ name: 'nul\u0000' }, ['name']],
    [{ name: 7, color: 'red', __proto: 1 }, ['name', 'color', '__proto']],
    [[], ['body']],
    ['text', ['body']],
    [null, ['body']],
  ])('refuse %j and name each wrong field', async (body, wrong) => {
    const answer = await api.call('POST', '/v1/assistants', { body });
    expect([answer.status, answer.body.code]).toEqual([422, 'http.invalid-input']);
    expect([...new Set(paths(answer.body.errors))]).toEqual(wrong);
  });

  it('refuse no body at all as a missing one', async () => {
    const answer = await api.call('POST', '/v1/assistants', { payload: '' });
    expect(answer.body.errors).toEqual([{ path: 'body', code: 'required', message: 'is required' }]);
  });

  it('have unique names, also when two are made at once', async () => {
    const both = await Promise.all([1, 2].map(() => api.call('POST', '/v1/assistants', { body: { name: 'Twin' } })));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)?.body.code).toBe('assistants.name-taken');
  });

  it('are renamed only by who has read the revision there is', async () => {
    const id = await api.givenAssistant();
    const rename = (name: string, ifMatch?: string) =>
      api.call('PATCH', `/v1/assistants/${id}`, {
        body: { name },
        headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
      });
    expect([
      (await rename('A')).status,
      (await rename('A', '"2"')).status,
      (await rename('A', 'W/"1"')).status,
      (await rename('A', '*')).status,
    ]).toEqual([428, 412, 412, 412]);
    expect((await rename('A', '1')).body.detail).toContain('quotes included');
    const renamed = await rename(`renamed ${id}`, '"1"');
    expect([renamed.status, renamed.headers.etag, renamed.body.revision]).toEqual([200, '"2"', 2]);
    const both = await Promise.all(['B', 'C'].map((name) => rename(`${name} ${id}`, '"2"')));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('are listed by name, page by page, each once', async () => {
    for (let n = 0; n < 3; n += 1) await api.givenAssistant(`page ${n}`);
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api.call('GET', `/v1/assistants?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      names.push(...body.items.map(({ name }: { name: string }) => name));
      cursor = body.nextCursor;
    }
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(['page 0', 'page 1', 'page 2']));
  });

  it('are removed only when no profile is left', async () => {
    const id = await api.givenAssistant();
    await api.givenKey(id);
    const profile = await api.givenProfile(id);
    expect((await api.call('DELETE', `/v1/assistants/${id}`)).body.code).toBe('assistants.not-empty');
    await api.db.query('DELETE FROM profile WHERE id = $1', [profile.id]);
    expect((await api.call('DELETE', `/v1/assistants/${id}`)).status).toBe(204);
    expect((await api.call('GET', `/v1/assistants/${id}`)).body.code).toBe('assistants.not-found');
  });

  it.each(['not-a-uuid', '%00', 'a'.repeat(400), randomUUID()])('that do not exist are 404: %s', async (id) => {
    expect((await api.call('GET', `/v1/assistants/${id}`)).status).toBe(404);
  });
});

describe('runtime keys', () => {
  const ask = (key: string) => api.call('GET', '/v1/grants?user=u1', { token: key });

  it('work until they are revoked, and not on the call after that', async () => {
    const { id, key } = await api.givenKey(await api.givenAssistant());
    expect(key).toMatch(/^gkr_[\w-]{43}$/);
    expect((await ask(key)).status).toBe(200);
    expect((await api.call('DELETE', `/v1/runtime-keys/${id}`)).status).toBe(204);
    const refused = await ask(key);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect((await api.call('DELETE', `/v1/runtime-keys/${id}`)).status).toBe(204);
  });

  it('are shown once and stored as a hash', async () => {
    const assistantId = await api.givenAssistant();
    const { id, key } = await api.givenKey(assistantId);
    const listed = await api.call('GET', `/v1/assistants/${assistantId}/runtime-keys`);
    expect(listed.body.items).toMatchObject([{ id, name: 'runtime', profiles: null, revokedAt: null }]);
    expect(listed.text).not.toContain(key);
    const { rows } = await api.db.query('SELECT runtime_key::text AS row FROM runtime_key WHERE id = $1', [id]);
    expect(rows[0].row).not.toContain(key);
  });

  it('can be limited to profiles of their assistant, not of another', async () => {
    const [own, other] = [await api.givenAssistant(), await api.givenAssistant()];
    const [ownProfile, otherProfile] = [await api.givenProfile(own), await api.givenProfile(other)];
    const make = (profiles: unknown) =>
      api.call('POST', `/v1/assistants/${own}/runtime-keys`, { body: { name: 'limited', profiles } });
    expect((await make([ownProfile.id])).status).toBe(201);
    expect((await make([ownProfile.id, otherProfile.id])).body.code).toBe('profiles.not-found');
    expect(paths((await make(['x', 5])).body.errors)).toEqual(['profiles.0', 'profiles.1']);
    expect((await make([])).status).toBe(422);
  });

  it('name every wrong field, and need an assistant that exists', async () => {
    const answer = await api.call('POST', `/v1/assistants/${await api.givenAssistant()}/runtime-keys`, {
      body: { name: '', scope: 'all' },
    });
    expect([...new Set(paths(answer.body.errors))]).toEqual(['name', 'scope']);
    expect((await api.call('POST', `/v1/assistants/${randomUUID()}/runtime-keys`, { body: { name: 'x' } })).body.code).toBe(
      'assistants.not-found',
    );
  });

  it('are never taken for an API token, nor the other way', async () => {
    expect((await ask(api.token)).status).toBe(401);
    for (const token of ['', 'gkr_', `gkr_${'a'.repeat(43)}`, `gko_${'a'.repeat(43)}`, 'Basic x'])
      expect((await ask(token)).status).toBe(401);
  });
});
