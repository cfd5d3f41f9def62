import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { storedGrant } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
let profile: ProfileView;
beforeAll(async () => {
  api = await RunningApi.start();
  profile = await api.givenProfile(await api.givenAssistant());
  for (let n = 0; n < 3; n += 1) await storedGrant(api.db, profile, { origins: ['https://idp.example.com'] });
  await storedGrant(api.db, profile, { origins: ['https://old.example.com'] });
});
afterAll(() => api.stop());

const ask = (body: unknown, id = profile.id) => api.call('POST', `/v1/profiles/${id}/blast-radius`, { body });

describe('the blast radius of a patch', () => {
  it('tells how many grants go on, how many need a new consent and why, and changes nothing', async () => {
    const answer = await ask({ patch: { tokenUrl: 'https://old.example.com/token', description: 'moved back' } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        changed: ['tokenUrl', 'description', 'clientSecret'],
        addedOrigins: ['https://old.example.com'],
        clearsClientSecret: true,
        grants: { goOn: 1, needConsent: 3, needConsentAlready: 0 },
        because: [{ reason: 'endpoints_changed', grants: 3 }],
      },
    });
    expect((await api.call('GET', `/v1/profiles/${profile.id}`)).body).toEqual(profile);
  });

  it('of an empty patch tells how things stand', async () => {
    expect((await ask({ patch: {} })).body).toMatchObject({ changed: [], grants: { goOn: 3, needConsent: 1 } });
  });

  it('is refused where the revision would be, with the same words', async () => {
    const patch = { tokenUrl: 'http://169.254.169.254/token', clientId: '' };
    const revised = await api.call('PATCH', `/v1/profiles/${profile.id}`, { body: patch, headers: { 'if-match': '"1"' } });
    const asked = await ask({ patch });
    expect([asked.status, asked.body.errors.map(({ path }: { path: string }) => path)]).toEqual([
      422,
      revised.body.errors.map(({ path }: { path: string }) => `patch.${path}`),
    ]);
    const byRule = { patch: { tokenUrl: 'https://10.0.0.1/token' } };
    expect((await ask(byRule)).body.errors).toEqual([
      expect.objectContaining({ path: 'patch.tokenUrl', code: 'refused_address' }),
    ]);
    expect((await ask({})).body.errors).toEqual([expect.objectContaining({ path: 'patch' })]);
    expect((await ask({ patch: {} }, '00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});
