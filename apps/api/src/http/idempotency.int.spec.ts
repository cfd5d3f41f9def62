import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newProfile, RunningApi } from '../../test-fixtures/running-api.js';

describe('an Idempotency-Key', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());

  const create = (key: string, name: string, token = api.token) =>
    api.call('POST', '/v1/assistants', { body: { name }, headers: { 'idempotency-key': key }, token });
  const countOf = async (name: string) =>
    Number((await api.db.query('SELECT count(*) FROM assistant WHERE name = $1', [name])).rows[0].count);

  it('gives the first answer again, entity tag included, and nothing is done twice', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    const first = await create(key, name);
    const again = await create(key, name);
    expect([again.status, again.text, again.headers.etag]).toEqual([201, first.text, first.headers.etag]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(await countOf(name)).toBe(1);
  });

  it('does it once for twenty requests at once; each gets the answer or is told to wait', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    const all = await Promise.all(Array.from({ length: 20 }, () => create(key, name)));
    expect(new Set(all.map(({ status }) => status))).not.toContain(500);
    for (const { status, body } of all) expect(status === 201 || body.code === 'http.idempotency-in-progress').toBe(true);
    expect(await countOf(name)).toBe(1);
  });

  it('is refused for another request', async () => {
    const key = randomUUID();
    await create(key, randomUUID());
    const other = await create(key, randomUUID());
    expect([other.status, other.body.code]).toEqual([422, 'http.idempotency-key-reused']);
  });

  it('makes one profile of two requests, and remembers nothing of its secret', async () => {
    const [path, key] = [`/v1/assistants/${await api.givenAssistant()}/profiles`, randomUUID()];
    const create = (body: unknown) => api.call('POST', path, { body, headers: { 'idempotency-key': key } });
    const [body, clientSecret] = [newProfile(), randomUUID()];
    const first = await create({ ...body, clientSecret });
    const again = await create({ ...body, clientSecret });
    expect([again.status, again.body, again.headers.etag]).toEqual([201, first.body, first.headers.etag]);
    expect((await create({ ...body, clientSecret: 'another' })).body.code).toBe('http.idempotency-key-reused');
    const { rows } = await api.db.query('SELECT i::text AS row FROM idempotency i WHERE key = $1', [key]);
    expect(rows[0].row).not.toContain(clientSecret);
  });

  it('is each operator’s own', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    const { token } = await api.givenOperator('admin');
    await create(key, name);
    expect((await create(key, name, token)).body.code).toBe('assistants.name-taken');
  });

  it('remembers no failure: the request can be mended and sent again', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    expect((await create(key, ' padded ')).status).toBe(422);
    expect((await create(key, name)).status).toBe(201);
  });

  it('is free again a minute after a process was lost with it, not before', async () => {
    const [key, name] = [randomUUID(), randomUUID()];
    await create(key, name);
    await api.db.query('UPDATE idempotency SET status = NULL, body = NULL WHERE key = $1', [key]);
    expect((await create(key, name)).body.code).toBe('http.idempotency-in-progress');
    await api.db.query(`UPDATE idempotency SET created_at = now() - interval '61 s' WHERE key = $1`, [key]);
    expect((await create(key, name)).body.code).toBe('assistants.name-taken');
  });

  it.each(['', 'a'.repeat(256), 'tab\t', 'é'])('must be 1 to 255 printable ASCII characters: %j', async (key) => {
    const answer = await create(key, randomUUID());
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'Idempotency-Key']);
  });

  it('keeps no password readable', async () => {
    const body = { email: 'keyed@example.com', password: 'canary pass phrase', role: 'viewer' };
    await api.call('POST', '/v1/operators', { body, headers: { 'idempotency-key': 'operators' } });
    const { rows } = await api.db.query('SELECT idempotency::text AS row FROM idempotency');
    expect(rows.map(({ row }) => row).join()).not.toContain('canary');
  });
});
