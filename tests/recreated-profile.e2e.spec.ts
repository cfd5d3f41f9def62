import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('a profile that is made with the id of one that was deleted', () => {
  let system: System;
  let provider: ScriptedProvider;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  it('hands out what it says itself: nothing that was remembered of the other', async () => {
    const header = (value: string) => ({ authorizationFields: [{ fieldType: 'header', key: 'X-Of', value }] });
    const first = await system.givenGrant(provider, {
      profile: await system.givenProfile(provider, { ...header('the other'), scope: [{ value: 'read write more' }] }),
    });
    expect(first.ready).toMatchObject({ request: { headers: { 'X-Of': 'the other' } } });
    const { id } = first.profile;
    await system.asOperator('DELETE', `/v1/profiles/${id}`);
    await eventually(async () => expect((await system.asOperator('GET', `/v1/profiles/${id}`)).status).toBe(404), {
      withinMs: 20_000,
    });

    const { ready } = await system.givenGrant(provider, {
      profile: await system.givenProfile(provider, { id, ...header('itself') }),
    });

    expect(ready).toMatchObject({ missingScopes: [], request: { headers: { 'X-Of': 'itself' } } });
  });
});
