import type { GrantView } from '@grantkeeper/contracts/grants/http';
import type { AuthorizeEveryoneAnswer, ProfileView } from '@grantkeeper/contracts/profiles/http';
import type { UserLink } from '@grantkeeper/contracts/users/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

describe('a profile that is granted to everyone', () => {
  let system: System;
  let provider: ScriptedProvider;
  let key: string;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
    key = (await system.givenRuntimeKey()).key;
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const granted = (overrides: object = {}) =>
    system.givenProfile(provider, { grantedTo: 'everyone', identityCheck: 'code', ...overrides });
  const ask = async ({ id }: ProfileView, user: string) =>
    (await system.askToken({ profile: id, user, waitSeconds: 5 }, key)).body;
  const ready = async (profile: ProfileView, user: string) => {
    const body = await ask(profile, user);
    if (body.status !== 'ready') throw new Error(`expected a token: ${JSON.stringify(body)}`);
    return body;
  };
  const link = ({ id }: ProfileView, body: object = {}) =>
    system.asOperator<AuthorizeEveryoneAnswer & { code?: string }>('POST', `/v1/profiles/${id}/authorize`, body);
  async function authorize(profile: ProfileView, subject = 'service') {
    const { body } = await link(profile);
    return new Browser().consent(body.signInUrl, provider, { subject });
  }

  it('asks no user: the answer says that an operator has to consent, and opens nothing', async () => {
    const profile = await granted();
    expect(await ask(profile, 'ada')).toEqual({ status: 'consent_required', consentBy: 'operator' });
    const { rowCount } = await system.db.query('SELECT FROM "authorization" WHERE profile_id = $1', [profile.id]);
    expect(rowCount).toBe(0);
  });

  it('serves every user by one grant after one consent of an operator; each hand-out names its user', async () => {
    const profile = await granted();
    const page = await authorize(profile);
    expect(page.text).toMatch(/Connected .* can now use Scripted for everyone who uses it/);

    const answers = [await ready(profile, 'ada'), await ready(profile, 'bob'), await ready(profile, 'ada')];

    const grantId = answers[0]?.grantId ?? '';
    expect(new Set(answers.map((one) => one.grantId + one.accessToken)).size).toBe(1);
    const { rows } = await system.db.query('SELECT user_id FROM hand_out WHERE grant_id = $1 ORDER BY at', [grantId]);
    expect(rows.map(({ user_id }) => user_id)).toEqual(['ada', 'bob', 'ada']);
    expect((await system.asOperator('GET', '/v1/audit')).text).toContain('profiles.authorize');

    await expireToken(system, grantId);
    const refreshToken = provider.newestRefreshToken(answers[0]?.accessToken ?? '') ?? '';
    const after = await Promise.all(['ada', 'bob', 'cid', 'dan'].map((user) => ready(profile, user)));
    expect(new Set(after.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(provider.tokenRequests({ refreshToken })).toHaveLength(1);
  });

  it('fills the user who asks into the request that is handed out', async () => {
    const profile = await granted({ authorizationFields: [{ fieldType: 'header', key: 'X-User', value: '{{user.id}}' }] });
    await authorize(profile);
    for (const user of ['ada', 'bob']) expect((await ready(profile, user)).request.headers).toMatchObject({ 'X-User': user });
  });

  it('is listed to each user’s runtime, and ended by operators only', async () => {
    const profile = await granted();
    await authorize(profile);
    const { grantId } = await ready(profile, 'ada');
    const listed = await system.api<{ items: GrantView[] }>('GET', '/v1/grants?user=eve', { token: key });
    expect(listed.body.items.filter(({ id }) => id === grantId)).toMatchObject([{ user: null, status: 'active' }]);
    const { body } = await system.api<UserLink>('POST', '/v1/users/links', { body: { user: 'ada' }, token: key });
    expect((await new Browser().open(body.url)).text).toContain('is not connected to anything');

    expect(await system.api('DELETE', `/v1/grants/${grantId}`, { token: key })).toMatchObject({
      status: 403,
      body: { code: 'http.forbidden', detail: expect.stringContaining('only operators') },
    });
    await ready(profile, 'ada');
    expect((await system.asOperator('DELETE', `/v1/grants/${grantId}`)).body).toEqual({ revocation: 'revoked' });
    expect(await ask(profile, 'ada')).toEqual({ status: 'consent_required', consentBy: 'operator' });
  });

  it('that needs a new consent works again after an operator’s, also before it does', async () => {
    const profile = await granted();
    await authorize(profile);
    const { grantId } = await ready(profile, 'ada');
    await system.db.query(`UPDATE "grant" SET status = 'reconnect_required', reason = 'invalid_grant' WHERE id = $1`, [grantId]);
    expect(await ask(profile, 'ada')).toEqual({ status: 'reconnect_required', reason: 'invalid_grant', consentBy: 'operator' });
    await authorize(profile);
    expect(await ready(profile, 'ada')).toMatchObject({ grantId, tokenVersion: 2 });
    await authorize(profile);
    expect(await ready(profile, 'ada')).toMatchObject({ grantId, tokenVersion: 3 });
  });

  it('names the account before it is connected, where the provider tells it', async () => {
    const profile = await granted({ scope: [{ value: 'openid email' }] });
    const { body } = await link(profile);
    const browser = new Browser();
    const page = await browser.consent(body.signInUrl, provider, { subject: 'service', email: 'service@provider.test' });
    expect(page.text).toMatch(/service@provider\.test.*For everyone who uses/);
    expect(await ask(profile, 'ada')).toMatchObject({ consentBy: 'operator' });
    expect((await browser.submit(page, {}, 'Continue')).text).toContain('Connected');
    await ready(profile, 'ada');
  });

  it('is what authorize is for: elsewhere each user consents', async () => {
    const profile = await system.givenProfile(provider);
    expect(await link(profile)).toMatchObject({ status: 409, body: { code: 'profiles.granted-to-user' } });
    const { id } = await granted();
    expect(await link({ id } as ProfileView, { account: '' })).toMatchObject({ status: 422 });
    expect(await link({ id } as ProfileView, { tenant: 'acme' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'tenant' }] },
    });
    await system.asOperator('POST', `/v1/profiles/${id}/disable`);
    expect(await link({ id } as ProfileView)).toMatchObject({ status: 409, body: { code: 'profiles.disabled' } });
  });

  it('leaves the grants of its users where they are when it changes, and finds them again', async () => {
    const grant = await system.givenGrant(provider, { key });
    const { profile, user } = grant;
    const revise = (grantedTo: string, revision: number) =>
      system.asOperator<ProfileView>('PATCH', `/v1/profiles/${profile.id}`, { grantedTo }, { 'if-match': `"${revision}"` });
    expect((await revise('everyone', 1)).body.grantedTo).toBe('everyone');
    expect(await ask(profile, user)).toEqual({ status: 'consent_required', consentBy: 'operator' });
    await revise('user', 2);
    expect(await ready(profile, user)).toMatchObject({ grantId: grant.ready.grantId });
  });
});
