import { randomUUID } from 'node:crypto';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { profileSchema } from '@grantkeeper/contracts/profiles/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newProfile, RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
let assistantId: string;
beforeAll(async () => {
  api = await RunningApi.start();
  assistantId = await api.givenAssistant();
});
afterAll(() => api.stop());

const revise = (id: string, patch: object, revision: number | null = 1) =>
  api.call('PATCH', `/v1/profiles/${id}`, { body: patch, headers: revision === null ? {} : { 'if-match': `"${revision}"` } });
const get = (id: string) => api.call('GET', `/v1/profiles/${id}`);
const secretOf = async (id: string) =>
  (await api.db.query('SELECT client_secret FROM profile WHERE id = $1', [id])).rows[0].client_secret;

describe('a client secret', () => {
  it('is in no answer, event, revision or audit entry, and in the database only sealed', async () => {
    const profile = await api.givenProfile(assistantId, { clientSecret: 'canary-one' });
    const revised = await revise(profile.id, { clientSecret: 'canary-two' });
    const texts = [JSON.stringify(profile), revised.text, (await get(profile.id)).text];
    for (const path of [`/v1/assistants/${assistantId}/profiles`, `/v1/profiles/${profile.id}/revisions`, '/v1/audit'])
      texts.push((await api.call('GET', path)).text);
    for (const table of ['profile', 'profile_revision', 'event', 'audit']) {
      const { rows } = await api.db.query(`SELECT t::text AS row FROM ${table} t`);
      texts.push(...rows.map(({ row }) => row));
    }
    for (const canary of ['canary-one', 'canary-two']) {
      for (const form of [canary, Buffer.from(canary).toString('hex'), Buffer.from(canary).toString('base64')])
        expect(texts.join()).not.toContain(form);
    }
    expect(profile.clientSecretSetAt).not.toBeNull();
  });

  it('is cleared by a revision that adds an origin, unless it brings a new one', async () => {
    const profile = await api.givenProfile(assistantId);
    const moved = await revise(profile.id, { tokenUrl: 'https://elsewhere.example.com/token' });
    expect([moved.status, moved.body.clientSecretSetAt]).toEqual([200, null]);
    expect(await secretOf(profile.id)).toBeNull();
    const { rows } = await api.db.query(`SELECT payload FROM event WHERE stream = $1 AND type = 'profiles.revised.v1'`, [
      `profile-${profile.id}`,
    ]);
    expect(rows[0].payload).toMatchObject({ secretCleared: true, changed: expect.arrayContaining(['tokenUrl', 'clientSecret']) });

    const other = await api.givenProfile(assistantId);
    const brought = await revise(other.id, {
      advanced: { revocationUrl: 'https://elsewhere.example.com/revoke' },
      clientSecret: 'new',
    });
    expect(brought.body.clientSecretSetAt).not.toBeNull();
  });

  it('stays where a revision adds no origin', async () => {
    const profile = await api.givenProfile(assistantId);
    const before = await secretOf(profile.id);
    const revised = await revise(profile.id, { tokenUrl: 'https://idp.example.com/token2', description: 'x' });
    expect(revised.body.clientSecretSetAt).toBe(profile.clientSecretSetAt);
    expect((await secretOf(profile.id)).equals(before)).toBe(true);
  });

  it('is not needed by a client that authenticates with none', async () => {
    const answer = await api.call('POST', `/v1/assistants/${assistantId}/profiles`, {
      body: { ...newProfile(), clientSecret: undefined, advanced: { clientAuthentication: { method: 'none' } } },
    });
    expect([answer.status, answer.body.clientSecretSetAt]).toEqual([201, null]);
  });
});

describe('a merge patch', () => {
  it('changes what it names, removes what it says null to, replaces lists whole and leaves the rest', async () => {
    const profile = await api.givenProfile(assistantId, {
      refreshUrl: 'https://idp.example.com/refresh',
      description: 'before',
      scope: [{ value: 'a' }, { key: 'audience', value: 'b' }],
      advanced: { pkce: 'off', revocationUrl: 'https://idp.example.com/revoke' },
    });
    const { body, headers } = await revise(profile.id, { refreshUrl: null, scope: [{ value: 'c' }], advanced: { pkce: null } });
    expect(body).toEqual({
      ...profile,
      revision: 2,
      refreshUrl: null,
      scope: [{ value: 'c' }],
      advanced: { revocationUrl: 'https://idp.example.com/revoke' },
      updatedAt: body.updatedAt,
    });
    expect(headers.etag).toBe('"2"');
    expect(profileSchema.safeParse(body).success).toBe(true);
  });

  it('that changes nothing makes no revision', async () => {
    const profile = await api.givenProfile(assistantId);
    expect((await revise(profile.id, {})).body).toEqual(profile);
    expect((await revise(profile.id, { clientId: profile.clientId, advanced: {} })).body.revision).toBe(1);
  });

  it('is checked whole: what is right alone may be wrong with the rest', async () => {
    const profile = await api.givenProfile(assistantId);
    const answer = await revise(profile.id, {
      tokenUrl: null,
      identityCheck: 'return',
      advanced: { revocationUrl: 'http://idp.example.com/r' },
    });
    expect(answer.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'advanced.returnUrls',
      'advanced.revocationUrl',
      'tokenUrl',
    ]);
    expect((await get(profile.id)).body).toEqual(profile);
  });

  it.each([
    { name: null },
    { clientId: null },
    { identityProvider: null },
    { type: 'oauth2' },
    { id: randomUUID() },
    { status: 'disabled' },
    [],
    'x',
  ])('cannot be %j', async (patch) =>
    expect((await revise((await api.givenProfile(assistantId)).id, patch as object)).status).toBe(422),
  );

  it('needs the revision that was read: missing 428, stale 412, and of two at once one', async () => {
    const { id } = await api.givenProfile(assistantId);
    expect((await revise(id, { description: 'x' }, null)).body.code).toBe('http.if-match-required');
    expect((await revise(id, { description: 'x' }, 2)).body.code).toBe('http.stale-revision');
    const both = await Promise.all(['x', 'y'].map((description) => revise(id, { description })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('keeps every revision: who, what, and how it was', async () => {
    const { id } = await api.givenProfile(assistantId, { description: 'first' });
    await revise(id, { description: 'second' });
    await api.call('POST', `/v1/profiles/${id}/disable`);
    const { operatorId, email } = (await api.call('GET', '/v1/session')).body;
    const { items } = (await api.call('GET', `/v1/profiles/${id}/revisions`)).body;
    expect(items.map(({ byEmail }: { byEmail: string }) => byEmail)).toEqual([email, email, email]);
    expect(items.map(({ revision, action, changed, by }: Record<string, unknown>) => [revision, action, changed, by])).toEqual([
      [3, 'disabled', ['status'], `operator:${operatorId}`],
      [2, 'revised', ['description'], `operator:${operatorId}`],
      [1, 'created', expect.arrayContaining(['name', 'clientSecret']), `operator:${operatorId}`],
    ]);
    expect(items.map(({ definition }: { definition: { description: string } }) => definition.description)).toEqual([
      'second',
      'second',
      'first',
    ]);
    const older = await api.call('GET', `/v1/profiles/${id}/revisions?limit=2`);
    expect((await api.call('GET', `/v1/profiles/${id}/revisions?cursor=${older.body.nextCursor}`)).body.items).toMatchObject([
      { revision: 1 },
    ]);
  });
});

describe('a profile’s name', () => {
  it('is unique within its assistant, also when two are made or renamed at once', async () => {
    const body = newProfile();
    const make = (id: string) => api.call('POST', `/v1/assistants/${id}/profiles`, { body });
    const made = await Promise.all([make(assistantId), make(assistantId)]);
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await make(await api.givenAssistant())).status).toBe(201);
    const other = await api.givenProfile(assistantId);
    expect((await revise(other.id, { name: body.name })).body.code).toBe('profiles.name-taken');
  });
});

describe('the status', () => {
  const post = (id: string, verb: string) => api.call('POST', `/v1/profiles/${id}/${verb}`);
  const setStatus = (id: string, status: string) => api.db.query('UPDATE profile SET status = $2 WHERE id = $1', [id, status]);
  const verbs = ['disable', 'enable', 'archive', 'restore'];
  const outcome: Record<string, Record<string, string>> = {
    active: { disable: 'disabled', archive: 'archived' },
    disabled: { enable: 'active', archive: 'archived' },
    archived: { restore: 'disabled' },
    deleting: {},
  };

  it.each(Object.keys(outcome).flatMap((status) => verbs.map((verb): [string, string] => [status, verb])))(
    '%s, %s',
    async (status, verb) => {
      const { id } = await api.givenProfile(assistantId);
      await setStatus(id, status);
      const answer = await post(id, verb);
      const next = outcome[status]?.[verb];
      if (next) expect([answer.status, answer.body.status, answer.headers.etag]).toEqual([200, next, '"2"']);
      else expect([answer.status, answer.body.code]).toEqual([409, 'profiles.wrong-status']);
    },
  );

  it('deleting asks the worker for the rest, once, and refuses every other change', async () => {
    const { id } = await api.givenProfile(assistantId);
    for (let twice = 0; twice < 2; twice += 1) {
      const answer = await api.call('DELETE', `/v1/profiles/${id}`);
      expect([answer.status, answer.body]).toEqual([202, expect.objectContaining({ status: 'deleting', grantsLeft: 0 })]);
    }
    const { rows } = await api.db.query(`SELECT count(*)::int FROM job WHERE name = 'profiles.delete-grants' AND payload = $1`, [
      { profileId: id },
    ]);
    expect(rows[0].count).toBe(1);
    expect((await revise(id, { description: 'x' }, 2)).body.code).toBe('profiles.wrong-status');
    expect((await get(id)).body).toMatchObject({ status: 'deleting', grantsLeft: 0 });
  });

  it('archived keeps its last revision', async () => {
    const { id } = await api.givenProfile(assistantId);
    await post(id, 'archive');
    expect((await revise(id, { description: 'x' }, 2)).body.code).toBe('profiles.wrong-status');
  });
});

describe('the list of profiles', () => {
  const listed = async (id: string, query: string) => (await api.call('GET', `/v1/assistants/${id}/profiles?${query}`)).body;
  const names = ({ items }: { items: ProfileView[] }) => items.map(({ name }) => name);

  it('finds by name or provider in any case, takes wildcards as they are, filters, pages, and holds no other assistant’s', async () => {
    const own = await api.givenAssistant();
    await api.givenProfile(await api.givenAssistant(), { name: 'foreign' });
    for (const [name, identityProvider] of [
      ['Alpha', 'Asana'],
      ['beta 100%', 'SAP'],
      ['gamma_1', 'ServiceNow'],
    ])
      await api.givenProfile(own, { name, identityProvider });
    expect(names(await listed(own, ''))).toEqual(['Alpha', 'beta 100%', 'gamma_1']);
    expect(names(await listed(own, 'search=ALPHA'))).toEqual(['Alpha']);
    expect(names(await listed(own, 'search=service'))).toEqual(['gamma_1']);
    expect(names(await listed(own, 'search=%25'))).toEqual(['beta 100%']);
    expect(names(await listed(own, 'search=_'))).toEqual(['gamma_1']);
    expect(names(await listed(own, 'search=%5C'))).toEqual([]);
    expect(names(await listed(own, 'status=disabled'))).toEqual([]);
    expect(names(await listed(own, 'type=oauth2&status=active&search=a&limit=200'))).toEqual(['Alpha', 'beta 100%', 'gamma_1']);
    const first = await listed(own, 'limit=2');
    expect(names(await listed(own, `limit=2&cursor=${first.nextCursor}`))).toEqual(['gamma_1']);
  });
});
