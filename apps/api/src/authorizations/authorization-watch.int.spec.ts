import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

describe('waiting for an authorization', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());

  it('ends with its outcome, however its id is spelled', async () => {
    const assistant = await api.givenAssistant();
    const { id: profile } = await api.givenProfile(assistant);
    const { key: token } = await api.givenKey(assistant);
    const ask = (displayName: string) =>
      api.call('POST', '/v1/token', { body: { profile, user: 'u', signIn: { displayName } }, token });
    const { authorizationId: id } = (await ask('one')).body;

    const waiting = [id, id.toUpperCase()].map((spelled) =>
      api.call('GET', `/v1/authorizations/${spelled}?waitSeconds=55`, { token }),
    );
    await ask('another'); // ends the first
    for (const answer of await Promise.all(waiting)) expect(answer.body.status).toBe('abandoned');
  }, 40_000);
});
