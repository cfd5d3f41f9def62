import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { ageToken, expireToken } from './support/token-age.js';

describe('a grant outlives its provider’s failures', () => {
  let system: System;
  const providers: ScriptedProvider[] = [];

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system?.stop());
  afterEach(async () => {
    for (const provider of providers.splice(0)) await provider.stop();
  });

  async function givenGrant(options: Partial<ScriptedProviderOptions> = {}) {
    const provider = await startScriptedProvider({ mode: 'strict', accessTokenSeconds: 1000, ...options });
    providers.push(provider);
    return { provider, grant: await system.givenGrant(provider) };
  }

  function ask({ profile, user, key }: GivenGrant, more: { minTtlSeconds?: number; waitSeconds?: number } = {}) {
    return system.askToken({ profile: profile.id, user, ...more }, key);
  }

  it('hands out the old token while it is valid and the provider is down', async () => {
    const { provider, grant } = await givenGrant();
    await ageToken(system, grant.ready.grantId, 60);
    await provider.goDown();

    const { body } = await ask(grant, { minTtlSeconds: 120 });

    expect(body).toMatchObject({ status: 'ready', accessToken: grant.ready.accessToken });
  });

  it('answers 503 with Retry-After while the provider is down and the token has expired, and recovers by itself', async () => {
    const { provider, grant } = await givenGrant();
    await expireToken(system, grant.ready.grantId);
    await provider.goDown();

    const down = await ask(grant);
    expect(down).toMatchObject({ status: 503, body: { code: 'providers.unavailable' } });
    expect(Number(down.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(down.headers.get('retry-after'))).toBeLessThanOrEqual(10);

    await provider.comeUp();
    const up = await eventually(
      async () => {
        const answer = await ask(grant);
        expect(answer.body.status).toBe('ready');
        return answer;
      },
      { withinMs: 30_000, everyMs: 250 },
    );
    expect(up.body).toMatchObject({ tokenVersion: grant.ready.tokenVersion + 1 });
    expect(provider.tokenRequests({ grantType: 'refresh_token' })).toHaveLength(1);
  });

  it('never hands out an expired token, whatever the provider does meanwhile', async () => {
    const { provider, grant } = await givenGrant({ accessTokenSeconds: 2, latencyMs: 300 });
    let [versions, refusals] = [new Set<number>(), 0];
    const isOver = () => versions.size >= 4 && refusals > 0;
    const reader = async () => {
      while (!isOver()) {
        const askedAt = Date.now();
        const { body, status } = await ask(grant);
        if (status === 503) refusals += 1;
        else if (body.status !== 'ready') throw new Error(`unexpected: ${JSON.stringify(body)}`);
        else {
          versions = versions.add(body.tokenVersion);
          expect(Date.parse(body.expiresAt ?? '')).toBeGreaterThan(askedAt);
        }
      }
    };
    const readers = Promise.all(Array.from({ length: 4 }, reader));
    await eventually(() => expect(versions.size).toBeGreaterThanOrEqual(2));
    await provider.goDown();
    await eventually(() => expect(refusals).toBeGreaterThan(0));
    await provider.comeUp();

    await readers;
  });

  it('keeps the refresh token where the answer to a refresh names none', async () => {
    const { provider, grant } = await givenGrant({ mode: 'constant', repeatsRefreshToken: false });
    for (const version of [2, 3]) {
      await expireToken(system, grant.ready.grantId);
      expect((await ask(grant)).body).toMatchObject({ status: 'ready', tokenVersion: version });
    }
    const [refreshToken] = provider.issuedRefreshTokens;
    expect(provider.tokenRequests({ grantType: 'refresh_token' }).map((request) => request.refreshToken)).toEqual([
      refreshToken,
      refreshToken,
    ]);
  });

  it('sends a refresh token that never changes again after an answer was lost', async () => {
    const { provider, grant } = await givenGrant({ mode: 'constant' });
    await expireToken(system, grant.ready.grantId);
    await ask(grant); // from here on it is known not to change
    await expireToken(system, grant.ready.grantId);
    provider.answerNextToken('reset-before-answer', 1, 'refresh_token');

    expect(await ask(grant)).toMatchObject({ status: 503, body: { code: 'providers.unavailable' } });

    await eventually(async () => expect((await ask(grant)).body).toMatchObject({ status: 'ready', tokenVersion: 3 }), {
      withinMs: 20_000,
      everyMs: 250,
    });
  });

  it('asks for a new consent when the provider refuses the refresh token, and goes on as the same grant', async () => {
    const { provider, grant } = await givenGrant();
    await expireToken(system, grant.ready.grantId);
    provider.answerNextToken({ status: 400, body: { error: 'invalid_grant' } }, 1, 'refresh_token');

    const { body } = await ask(grant);
    expect(body).toMatchObject({ status: 'reconnect_required', reason: 'invalid_grant', signInUrl: expect.any(String) });
    if (body.status !== 'reconnect_required' || !body.signInUrl) throw new Error('expected a sign-in link');
    expect(provider.tokenRequests({ grantType: 'refresh_token' })).toHaveLength(1); // a refusal is final

    await new Browser().consent(body.signInUrl, provider);
    const again = await ask(grant, { waitSeconds: 20 });
    expect(again.body).toMatchObject({ status: 'ready', grantId: grant.ready.grantId });
    expect(again.body).not.toMatchObject({ accessToken: grant.ready.accessToken });
  });

  it('says what is wrong when asked not to open a sign-in', async () => {
    const { provider, grant } = await givenGrant();
    await expireToken(system, grant.ready.grantId);
    provider.answerNextToken({ status: 400, body: { error: 'invalid_grant' } }, 1, 'refresh_token');

    const { body } = await system.askToken({ profile: grant.profile.id, user: grant.user, signIn: false }, grant.key);

    expect(body).toEqual({ status: 'reconnect_required', reason: 'invalid_grant' });
  });
});
