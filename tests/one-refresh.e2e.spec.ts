import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { ageToken, expireToken } from './support/token-age.js';

const lifeSeconds = 1000;

describe('one refresh for all who ask', () => {
  let system: System;
  let provider: ScriptedProvider;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict', accessTokenSeconds: lifeSeconds, latencyMs: 500 });
    system = await startSystem({ api: 2, worker: 2 });
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  /** The refreshes that spent a refresh token of this grant's family. */
  function refreshesOf({ ready }: GivenGrant) {
    const newest = provider.newestRefreshToken(ready.accessToken);
    return provider
      .tokenRequests({ grantType: 'refresh_token' })
      .filter(({ refreshToken }) => provider.newestRefreshToken(refreshToken ?? '') === newest);
  }

  function ask({ profile, user, key }: GivenGrant, more: { minTtlSeconds?: number; refusedVersion?: number } = {}, api = 0) {
    return system.askToken({ profile: profile.id, user, ...more }, key, api);
  }

  function askMany(grant: GivenGrant, count: number, more: { refusedVersion?: number } = {}) {
    return Promise.all(Array.from({ length: count }, (_, index) => ask(grant, more, index % 2)));
  }

  it('answers 50 asks for an expired token, at two apis, with the one token of one token request', async () => {
    const grant = await system.givenGrant(provider);
    await expireToken(system, grant.ready.grantId);

    const answers = await askMany(grant, 50);

    expect(answers.map(({ body }) => body.status)).toEqual(Array(50).fill('ready'));
    expect(refreshesOf(grant)).toHaveLength(1);
    const tokens = answers.map(({ body }) => (body.status === 'ready' ? body.accessToken : null));
    expect(new Set(tokens)).toEqual(new Set([provider.families.issuedAccessTokens.at(-1)]));
    expect(tokens[0]).not.toBe(grant.ready.accessToken);
  });

  it('refreshes a refused version once, however many say so, and not again within 30 seconds', async () => {
    const grant = await system.givenGrant(provider);
    const { tokenVersion } = grant.ready;

    const refused = await askMany(grant, 20, { refusedVersion: tokenVersion });
    expect(refused.map(({ body }) => body.status === 'ready' && body.tokenVersion)).toEqual(Array(20).fill(tokenVersion + 1));
    expect(refreshesOf(grant)).toHaveLength(1);

    const again = await ask(grant, { refusedVersion: tokenVersion + 1 });
    expect(again.body).toMatchObject({ status: 'ready', tokenVersion: tokenVersion + 1 });
    expect(refreshesOf(grant)).toHaveLength(1);

    await system.db.query(`UPDATE "grant" SET refused_at = refused_at - interval '31 s' WHERE id = $1`, [grant.ready.grantId]);
    const later = await ask(grant, { refusedVersion: tokenVersion + 1 });
    expect(later.body).toMatchObject({ status: 'ready', tokenVersion: tokenVersion + 2 });
    expect(refreshesOf(grant)).toHaveLength(2);
  });

  it('does not refresh for a refused version that is no longer current', async () => {
    const grant = await system.givenGrant(provider);
    await expireToken(system, grant.ready.grantId);
    await ask(grant);

    const stale = await ask(grant, { refusedVersion: grant.ready.tokenVersion });

    expect(stale.body).toMatchObject({ status: 'ready', tokenVersion: grant.ready.tokenVersion + 1 });
    expect(refreshesOf(grant)).toHaveLength(1);
  });

  it('refreshes first where the token ends sooner than minTtlSeconds, or than 10 seconds', async () => {
    const grant = await system.givenGrant(provider);
    const version = grant.ready.tokenVersion;
    const { grantId } = grant.ready;

    await ageToken(system, grantId, 100);
    expect((await ask(grant, { minTtlSeconds: 60 })).body).toMatchObject({ tokenVersion: version });
    expect((await ask(grant)).body).toMatchObject({ tokenVersion: version });
    expect((await ask(grant, { minTtlSeconds: 160 })).body).toMatchObject({ status: 'ready', tokenVersion: version + 1 });

    await ageToken(system, grantId, 5);
    expect((await ask(grant)).body).toMatchObject({ status: 'ready', tokenVersion: version + 2 });
    expect(refreshesOf(grant)).toHaveLength(2);
  });

  it('hands out the freshest there is, with its true end, where minTtlSeconds is above what the provider ever gives', async () => {
    const grant = await system.givenGrant(provider);
    const version = grant.ready.tokenVersion;
    const asked = { minTtlSeconds: 10 * lifeSeconds };

    await ageToken(system, grant.ready.grantId, lifeSeconds * 0.6);
    const young = await ask(grant, asked);
    expect(young.body).toMatchObject({ status: 'ready', tokenVersion: version });

    await ageToken(system, grant.ready.grantId, lifeSeconds * 0.4);
    const { body } = await ask(grant, asked);
    expect(body).toMatchObject({ status: 'ready', tokenVersion: version + 1 });
    if (body.status !== 'ready' || body.expiresAt === null) throw new Error('expected an end');
    const endsInSeconds = (Date.parse(body.expiresAt) - Date.now()) / 1000;
    expect(endsInSeconds).toBeLessThanOrEqual(lifeSeconds);
    expect(endsInSeconds).toBeGreaterThan(lifeSeconds - 30);
    expect(refreshesOf(grant)).toHaveLength(1);
  });
});
