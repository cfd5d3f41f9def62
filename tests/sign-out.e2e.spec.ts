import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

describe('SignOut: a grant that is signed out', () => {
  let system: System;
  let provider: ScriptedProvider;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem({ worker: 2 });
  });
  afterEach(() => provider.latency(0));
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const ask = ({ profile, user, key }: GivenGrant) => system.askToken({ profile: profile.id, user }, key);
  const signOut = ({ ready, key }: GivenGrant) => system.api('DELETE', `/v1/grants/${ready.grantId}`, { token: key });
  const tokensOf = ({ ready }: GivenGrant) => [provider.newestRefreshToken(ready.accessToken) ?? '', ready.accessToken];
  /** The tokens that the provider was asked to revoke, of those given, in the order of the requests. */
  const revoked = (tokens: string[]) =>
    provider.revocations.map(({ body }) => body.token ?? '').filter((token) => tokens.includes(token));

  it('by the runtime revokes refresh token and access token at the provider, and is over when answered', async () => {
    const grant = await system.givenGrant(provider);

    expect(await signOut(grant)).toMatchObject({ status: 200, body: { revocation: 'revoked' } });

    expect(revoked(tokensOf(grant))).toEqual(tokensOf(grant));
    expect((await ask(grant)).body.status).toBe('consent_required');
    expect(await signOut(grant)).toMatchObject({ status: 404, body: { code: 'grants.not-found' } });
  });

  it('by an operator does the same and is in the audit log', async () => {
    const grant = await system.givenGrant(provider);

    const answer = await system.asOperator('DELETE', `/v1/grants/${grant.ready.grantId}`);

    expect(answer).toMatchObject({ status: 200, body: { revocation: 'revoked' } });
    expect(revoked(tokensOf(grant))).toEqual(tokensOf(grant));
    const audit = await system.asOperator('GET', '/v1/audit');
    expect(JSON.stringify(audit.body)).toContain(`grant:${grant.ready.grantId}`);
  });

  it('says forgotten where the provider has no revocation endpoint', async () => {
    const profile = await system.givenProfile(provider, { advanced: { revocationUrl: undefined } });
    const grant = await system.givenGrant(provider, { profile });

    expect(await signOut(grant)).toMatchObject({ status: 200, body: { revocation: 'forgotten' } });

    expect(revoked(tokensOf(grant))).toEqual([]);
    expect((await ask(grant)).body.status).toBe('consent_required');
  });

  it('keeps trying where the provider has a problem of its own', async () => {
    const grant = await system.givenGrant(provider);
    provider.answerNextRevocation(503);

    expect(await signOut(grant)).toMatchObject({ status: 200, body: { revocation: 'revoked' } });

    const [refreshToken, accessToken] = tokensOf(grant);
    expect(revoked(tokensOf(grant))).toEqual([refreshToken, refreshToken, accessToken]);
  });

  it('says pending within 10 seconds while the provider is down, hands out nothing, and revokes when it is back', async () => {
    const grant = await system.givenGrant(provider);
    await provider.goDown();
    const began = performance.now();

    expect(await signOut(grant)).toMatchObject({ status: 200, body: { revocation: 'pending' } });

    expect(performance.now() - began).toBeLessThan(11_500);
    expect((await ask(grant)).body.status).toBe('consent_required');
    await provider.comeUp();
    await eventually(() => expect(revoked(tokensOf(grant))).toEqual(tokensOf(grant)), { withinMs: 30_000 });
  });

  it('ends a refresh under way: nobody gets its token, which is revoked when it comes', async () => {
    const grant = await system.givenGrant(provider);
    await expireToken(system, grant.ready.grantId);
    const [refreshToken] = tokensOf(grant);
    provider.latency(1500);
    const waiting = Promise.all(Array.from({ length: 5 }, () => ask(grant)));
    await eventually(() => expect(provider.tokenRequests({ refreshToken })).toHaveLength(1));

    const signedOut = await signOut(grant);
    const after = await ask(grant);

    expect(signedOut).toMatchObject({ status: 200, body: { revocation: 'revoked' } });
    expect(after.body.status).toBe('consent_required');
    expect((await waiting).map(({ body }) => body.status)).toEqual(Array(5).fill('consent_required'));
    const late = [provider.newestRefreshToken(grant.ready.accessToken) ?? '', provider.families.issuedAccessTokens.at(-1) ?? ''];
    expect(late[0]).not.toBe(refreshToken);
    await eventually(() => expect(revoked(late)).toEqual(late));
    expect((await ask(grant)).body.status).toBe('consent_required');
  });

  it('of all grants comes with the deletion of their profile, which is then gone', async () => {
    const profile = await system.givenProfile(provider);
    const grants = await Promise.all([1, 2, 3].map(() => system.givenGrant(provider, { profile })));
    const address = `/v1/profiles/${profile.id}`;
    await provider.goDown();

    expect(await system.asOperator('DELETE', address)).toMatchObject({ status: 202, body: { status: 'deleting' } });
    expect(await system.asOperator('GET', address)).toMatchObject({
      status: 200,
      body: { status: 'deleting', grantsLeft: expect.any(Number) },
    });
    for (const grant of grants) expect(await ask(grant)).toMatchObject({ status: 404, body: { code: 'profiles.not-found' } });
    await provider.comeUp();

    await eventually(async () => expect((await system.asOperator('GET', address)).status).toBe(404), { withinMs: 30_000 });
    for (const grant of grants) expect(revoked(tokensOf(grant))).toEqual(tokensOf(grant));
  });
});
