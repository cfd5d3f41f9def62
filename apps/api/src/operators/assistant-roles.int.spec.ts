import { randomUUID } from 'node:crypto';
import type { AssistantRole, Role } from '@grantkeeper/contracts/operators/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

describe('a role for one assistant', () => {
  let api: RunningApi;
  let own: string;
  let foreign: string;
  let ownProfile: string;
  let foreignProfile: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    [own, foreign] = [await api.givenAssistant(), await api.givenAssistant()];
    ownProfile = (await api.givenProfile(own)).id;
    foreignProfile = (await api.givenProfile(foreign)).id;
  });
  afterAll(() => api.stop());

  const given = (assistantRoles: AssistantRole[], role: Role | null = null) => api.givenOperator(role, assistantRoles);
  const asked = async (method: string, path: string, token: string, body?: object) => {
    const answer = await api.call(method, path, { token, headers: { 'if-match': '"1"' }, ...(body ? { body } : {}) });
    return [answer.status, answer.body?.code];
  };

  it('reads and changes what is that assistant’s, and finds nothing of another’s', async () => {
    const { token } = await given([{ assistantId: own, role: 'author' }]);
    expect((await asked('GET', `/v1/profiles/${ownProfile}`, token))[0]).toBe(200);
    expect((await asked('PATCH', `/v1/profiles/${ownProfile}`, token, { name: 'renamed' }))[0]).toBe(200);
    for (const [method, path, body] of [
      ['GET', `/v1/profiles/${foreignProfile}`],
      ['PATCH', `/v1/profiles/${foreignProfile}`, { name: 'renamed' }],
      ['POST', `/v1/profiles/${foreignProfile}/approve-origins`],
      ['GET', `/v1/assistants/${foreign}/profiles`],
      ['GET', `/v1/assistants/${foreign}/grants`],
      ['POST', `/v1/assistants/${foreign}/runtime-keys`, { name: 'k' }],
      ['PATCH', `/v1/assistants/${foreign}`, { name: 'k' }],
    ] as const) {
      const refused = await asked(method, path, token, body);
      const absent = await asked(method, path.replace(/[0-9a-f-]{36}/, randomUUID()), token, body);
      expect(refused[0]).toBe(404);
      expect(refused).toEqual(absent);
    }
  });

  it('refuses with 403 what the role does not allow where it holds', async () => {
    const { token } = await given([{ assistantId: own, role: 'viewer' }]);
    expect(await asked('PATCH', `/v1/profiles/${ownProfile}`, token, { name: 'x' })).toEqual([403, 'http.forbidden']);
    expect(await asked('PATCH', `/v1/assistants/${own}`, token, { name: 'x' })).toEqual([403, 'http.forbidden']);
  });

  it('never manages the installation, even as admin', async () => {
    const { token } = await given([{ assistantId: own, role: 'admin' }]);
    for (const [method, path, body] of [
      ['POST', '/v1/assistants', { name: 'mine' }],
      ['DELETE', `/v1/assistants/${own}`],
      ['GET', '/v1/operators'],
      ['POST', '/v1/operators', { email: 'a@example.com', password: 'a long pass phrase', role: 'admin' }],
      ['GET', '/v1/audit/verification'],
    ] as const)
      expect(await asked(method, path, token, body)).toEqual([403, 'http.forbidden']);
  });

  it('sees itself alone in lists: assistants, and what was done with them', async () => {
    const { token } = await given([{ assistantId: own, role: 'operator' }]);
    const { body } = await api.call('GET', '/v1/assistants', { token });
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([own]);
    const audit = await api.call('GET', '/v1/audit', { token });
    expect(audit.body.items.length).toBeGreaterThan(0);
    expect(new Set(audit.body.items.map(({ assistantId }: AssistantRole) => assistantId))).toEqual(new Set([own]));
    const author = await given([{ assistantId: own, role: 'author' }]);
    expect(await asked('GET', '/v1/audit', author.token)).toEqual([403, 'http.forbidden']);
  });

  it('adds to the role for all', async () => {
    const { token } = await given([{ assistantId: own, role: 'author' }], 'viewer');
    expect((await asked('POST', `/v1/profiles/${ownProfile}/disable`, token))[0]).toBe(200);
    expect((await asked('POST', `/v1/profiles/${ownProfile}/enable`, token))[0]).toBe(200);
    expect((await asked('GET', `/v1/profiles/${foreignProfile}`, token))[0]).toBe(200);
    expect(await asked('POST', `/v1/profiles/${foreignProfile}/disable`, token)).toEqual([403, 'http.forbidden']);
    const { body } = await api.call('GET', '/v1/session', { token });
    expect(body).toMatchObject({
      role: 'viewer',
      assistantRoles: [{ assistantId: own, role: 'author' }],
      permissions: {
        all: expect.arrayContaining(['profiles.read']),
        assistants: { [own]: ['profiles.write', 'runtime-keys.write'] },
      },
    });
  });

  it('is changed with the operator, holds from the next call, and goes with its assistant', async () => {
    const gone = await api.givenAssistant();
    const { id, token } = await given([{ assistantId: own, role: 'viewer' }]);
    const change = (revision: number, body: object) =>
      api.call('PATCH', `/v1/operators/${id}`, { body, headers: { 'if-match': `"${revision}"` } });
    const changed = await change(1, { assistantRoles: [{ assistantId: gone, role: 'admin' }] });
    expect(changed.body).toMatchObject({ role: null, assistantRoles: [{ assistantId: gone, role: 'admin' }], revision: 2 });
    expect((await asked('GET', `/v1/profiles/${ownProfile}`, token))[0]).toBe(404);
    await api.call('DELETE', `/v1/assistants/${gone}`);
    expect((await api.call('GET', '/v1/session', { token })).body).toMatchObject({ role: null, assistantRoles: [] });
    expect((await change(2, { role: null })).status).toBe(200); // nothing changes
    expect((await change(2, { assistantRoles: [] })).status).toBe(200);
  });

  it('is needed where there is none for all, and must be for an assistant that there is', async () => {
    const create = async (body: object) =>
      (await api.call('POST', '/v1/operators', { body: { email: 'n@example.com', password: 'a long pass phrase', ...body } }))
        .body;
    expect((await create({})).errors).toMatchObject([{ path: 'role' }]);
    const twice = [own, own].map((assistantId) => ({ assistantId, role: 'viewer' }));
    expect((await create({ assistantRoles: twice })).errors).toMatchObject([{ path: 'assistantRoles' }]);
    const unknown = await create({
      assistantRoles: [
        { assistantId: own, role: 'viewer' },
        { assistantId: randomUUID(), role: 'viewer' },
      ],
    });
    expect(unknown.errors).toMatchObject([{ path: 'assistantRoles.1.assistantId' }]);
    const { id } = await given([{ assistantId: own, role: 'viewer' }]);
    const { body } = await api.call('PATCH', `/v1/operators/${id}`, {
      body: { assistantRoles: [] },
      headers: { 'if-match': '"1"' },
    });
    expect(body.errors).toMatchObject([{ path: 'role' }]);
  });
});
