import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

describe('a refresh that is parked, RefreshNow included', () => {
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

  const ask = ({ profile, user, key }: GivenGrant) => system.askToken({ profile: profile.id, user }, key);

  const faultOf = async ({ profile }: GivenGrant) =>
    (await system.asOperator<{ fault: unknown }>('GET', `/v1/profiles/${profile.id}`)).body.fault;

  /** A grant whose token has expired and whose last refresh the provider answered like this. */
  async function parked(status: number, body?: unknown) {
    const grant = await system.givenGrant(provider);
    await expireToken(system, grant.ready.grantId);
    provider.answerNextToken({ status, body }, 1, 'refresh_token');
    return { grant, refused: await ask(grant) };
  }

  it('by a fault of the profile goes on as soon as the profile is mended', async () => {
    const { grant, refused } = await parked(401, { error: 'invalid_client' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'providers.configuration' } });
    expect((await ask(grant)).status).toBe(409);
    expect(await faultOf(grant)).toMatchObject({ reason: 'invalid_client', since: expect.any(String) });

    const mended = await system.asOperator(
      'PATCH',
      `/v1/profiles/${grant.profile.id}`,
      { clientSecret: provider.clientSecret },
      { 'if-match': `"${grant.profile.revision}"` },
    );

    expect(mended).toMatchObject({ status: 200, body: { fault: null } });
    expect((await ask(grant)).body).toMatchObject({ status: 'ready', tokenVersion: 2 });
  });

  it.each([
    ['a fault of the profile', 401, { error: 'invalid_client' }, 409],
    ['a trouble of the provider that may take an hour', 429, undefined, 503],
  ])('by %s goes on when an operator asks for it', async (_, status, body, answered) => {
    const { grant, refused } = await parked(status, body);
    expect(refused.status).toBe(answered);
    await system.db.query(`UPDATE "grant" SET due_at = now() + interval '1 hour' WHERE id = $1`, [grant.ready.grantId]);

    const resumed = await system.asOperator('POST', `/v1/grants/${grant.ready.grantId}/refresh`);

    expect(resumed).toMatchObject({ status: 202, body: { grantId: grant.ready.grantId, tokenVersion: 1 } });
    await eventually(async () => expect((await ask(grant)).body).toMatchObject({ status: 'ready', tokenVersion: 2 }));
  });

  it('by a fault of the profile sends the provider nothing for its other grants, and is over when one goes through', async () => {
    const { grant, refused } = await parked(401, { error: 'invalid_client' });
    expect(refused.status).toBe(409);
    const other = await system.givenGrant(provider, { profile: grant.profile, key: grant.key });
    await expireToken(system, other.ready.grantId);
    const before = provider.tokenRequests({ grantType: 'refresh_token' }).length;
    expect(await ask(other)).toMatchObject({ status: 409, body: { code: 'providers.configuration' } });
    expect(provider.tokenRequests({ grantType: 'refresh_token' })).toHaveLength(before);

    expect((await system.asOperator('POST', `/v1/grants/${grant.ready.grantId}/refresh`)).status).toBe(202);
    await eventually(async () => expect(await faultOf(grant)).toBeNull());
    expect((await ask(other)).body).toMatchObject({ status: 'ready', tokenVersion: 2 });
  });

  it('is not hurried where nobody knows whether the refresh token is spent', async () => {
    const grant = await system.givenGrant(provider);
    await expireToken(system, grant.ready.grantId);
    provider.answerNextToken('reset-before-answer', 1, 'refresh_token');
    expect((await ask(grant)).status).toBe(503);
    const refreshToken = provider.tokenRequests({ grantType: 'refresh_token' }).at(-1)?.refreshToken ?? '';

    expect((await system.asOperator('POST', `/v1/grants/${grant.ready.grantId}/refresh`)).status).toBe(202);

    expect((await ask(grant)).status).toBe(503);
    expect(provider.tokenRequests({ refreshToken })).toHaveLength(1);
  });
});
