import { randomUUID } from 'node:crypto';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

describe('a next client secret', () => {
  let system: System;
  let provider: ScriptedProvider;
  let next: string;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem({ worker: 2 });
  });
  beforeEach(() => {
    next = `next-${randomUUID()}`;
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const read = async ({ id }: Pick<ProfileView, 'id'>) =>
    (await system.asOperator<ProfileView>('GET', `/v1/profiles/${id}`)).body;
  async function keepNext(profile: ProfileView): Promise<ProfileView> {
    const { revision } = await read(profile);
    const headers = { 'if-match': `"${revision}"` };
    const answer = await system.asOperator<ProfileView>(
      'PATCH',
      `/v1/profiles/${profile.id}`,
      { nextClientSecret: next },
      headers,
    );
    expect(answer).toMatchObject({ status: 200, body: { nextClientSecretSetAt: expect.any(String) } });
    expect(answer.text).not.toContain(next);
    return answer.body;
  }
  const ask = ({ profile, user, key }: GivenGrant) => system.askToken({ profile: profile.id, user }, key);
  /** An expired token's refresh requests, in their order. */
  const sent = (refreshToken: string) => provider.tokenRequests({ refreshToken }).map(({ answered }) => answered?.status);
  async function expired(profile?: ProfileView, key?: string) {
    const grant = await system.givenGrant(provider, { profile, key });
    await expireToken(system, grant.ready.grantId);
    return { grant, refreshToken: provider.newestRefreshToken(grant.ready.accessToken) ?? '' };
  }

  it('is taken when a refresh is refused with the present one, and promoted: nobody notices the rotation', async () => {
    const first = await expired();
    const { profile, key } = first.grant;
    const all = [first, ...(await Promise.all([1, 2, 3, 4].map(() => expired(profile, key))))];
    const { nextClientSecretSetAt, revision } = await keepNext(profile);
    provider.clientSecret = next;

    const answers = await Promise.all(all.map(({ grant }) => ask(grant)));

    expect(answers.map(({ body }) => body.status)).toEqual(Array(5).fill('ready'));
    const sends = all.map(({ refreshToken }) => sent(refreshToken));
    expect(sends).toContainEqual([401, 200]);
    for (const one of sends) expect([[401, 200], [200]]).toContainEqual(one); // the secret may have been promoted meanwhile
    const promoted = await eventually(async () => {
      const profileNow = await read(profile);
      expect(profileNow.nextClientSecretSetAt).toBeNull();
      return profileNow;
    });
    expect(promoted).toMatchObject({ clientSecretSetAt: nextClientSecretSetAt, revision: revision + 1, fault: null });
    const revisions = await system.asOperator<{ items: object[] }>('GET', `/v1/profiles/${profile.id}/revisions`);
    expect(revisions.body.items[0]).toMatchObject({ action: 'secret-promoted', by: 'worker', revision: revision + 1 });
    expect((await system.asOperator('GET', '/v1/audit')).text).toContain('profiles.promote-secret');

    const later = await expired(profile, key);
    expect((await ask(later.grant)).body.status).toBe('ready');
    expect(sent(later.refreshToken)).toEqual([200]);
  });

  it('stays where it is while the present one works', async () => {
    const { grant, refreshToken } = await expired();
    await keepNext(grant.profile);
    expect((await ask(grant)).body.status).toBe('ready');
    expect(sent(refreshToken)).toEqual([200]);
    expect((await read(grant.profile)).nextClientSecretSetAt).not.toBeNull();
  });

  it('is never tried in an exchange: its code would be lost', async () => {
    const profile = await system.givenProfile(provider);
    const { key } = await system.givenRuntimeKey();
    await keepNext(profile);
    provider.clientSecret = next;
    const consent = await prepareConsent(system, provider, { profile: profile.id, key });
    await consent.deliver();
    await eventually(async () => expect(await consent.outcome()).toMatchObject({ status: 'failed', reason: 'client_refused' }));
    expect(provider.tokenRequests({ code: consent.code }).map(({ answered }) => answered?.status)).toEqual([401]);
    expect((await read(profile)).nextClientSecretSetAt).not.toBeNull();
  });

  it('that is refused too leaves both as they are, and is tried again with each look whether the fault still stands', async () => {
    const { grant, refreshToken } = await expired();
    await keepNext(grant.profile);
    provider.clientSecret = `third-${randomUUID()}`;
    expect(await ask(grant)).toMatchObject({ status: 409, body: { code: 'providers.configuration' } });
    expect(sent(refreshToken)).toEqual([401, 401]);
    expect(await read(grant.profile)).toMatchObject({
      fault: { reason: 'invalid_client' },
      nextClientSecretSetAt: expect.any(String),
    });

    provider.clientSecret = next;
    await system.asOperator('POST', `/v1/grants/${grant.ready.grantId}/refresh`);
    await eventually(async () => expect((await ask(grant)).body.status).toBe('ready'));
    expect(sent(refreshToken)).toEqual([401, 401, 401, 200]);
    await eventually(async () => expect(await read(grant.profile)).toMatchObject({ fault: null, nextClientSecretSetAt: null }));
  });
});
