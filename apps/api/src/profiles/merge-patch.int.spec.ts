import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

describe('a JSON merge patch of a profile', () => {
  let api: RunningApi;
  let assistant: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    assistant = await api.givenAssistant();
  });
  afterAll(() => api.stop());

  const patched = async (before: Record<string, unknown>, patch: Record<string, unknown>) => {
    const { id } = await api.givenProfile(assistant, before);
    return api.call('PATCH', `/v1/profiles/${id}`, { body: patch, headers: { 'if-match': '"1"' } });
  };
  const basic = { method: 'client_secret_basic', basicEncoding: 'raw' };

  it('removes one nested member by null and leaves the ones beside it', async () => {
    const { status, body } = await patched(
      { advanced: { pkce: 'off', clientAuthentication: basic } },
      { advanced: { clientAuthentication: { basicEncoding: null } } },
    );
    expect([status, body.advanced]).toEqual([200, { pkce: 'off', clientAuthentication: { method: 'client_secret_basic' } }]);
  });

  it('empties lists and whole objects by null', async () => {
    const advanced = { returnUrls: ['https://app.example.com/back'], clientAuthentication: basic };
    const lists = await patched({ scope: [{ value: 'a' }], advanced }, { scope: null, advanced: { returnUrls: null } });
    expect([lists.body.scope, lists.body.advanced]).toEqual([[], { clientAuthentication: basic }]);
    expect((await patched({ advanced }, { advanced: null })).body.advanced).toEqual({});
  });

  it('refuses null for what every profile has, by name', async () => {
    const { status, body } = await patched({}, { name: null, clientId: null, identityProvider: null, tokenUrl: null });
    expect(status).toBe(422);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(['name', 'identityProvider', 'clientId']);
    expect((await patched({}, { tokenUrl: null })).body.errors[0]).toMatchObject({ path: 'tokenUrl', code: 'required' });
  });

  it.each(['tokenUrl', 'refreshUrl', 'advanced.revocationUrl'])(
    'takes the secret away where %s leads to a new origin',
    async (path) => {
      const url = 'https://elsewhere.example.com/x';
      const patch = path === 'advanced.revocationUrl' ? { advanced: { revocationUrl: url } } : { [path]: url };
      expect((await patched({}, patch)).body.clientSecretSetAt).toBeNull();
    },
  );
});
