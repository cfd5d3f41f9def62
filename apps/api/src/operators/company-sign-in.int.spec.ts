import { type CompanyPerson, CompanyProvider } from '@grantkeeper/tests/support/company-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstOperator, publicUrl, RunningApi } from '../../test-fixtures/running-api.js';

describe('signing in at the company', () => {
  let company: CompanyProvider;
  let api: RunningApi;
  let people = 0;

  beforeAll(async () => {
    company = await CompanyProvider.start();
    api = await RunningApi.start({
      OIDC_ISSUER: company.issuer,
      OIDC_CLIENT_ID: company.clientId,
      OIDC_CLIENT_SECRET: company.clientSecret,
      OIDC_ROLES: 'admins=admin,helpdesk=operator,travel=author@0f8f5a0e-3c1a-4f43-9d58-0d6e4f9a7b10',
      OIDC_NAME: 'Example Inc.',
      OUTBOUND_ALLOW: '127.0.0.0/8',
    });
    await api.db.query(`INSERT INTO assistant (id, name, revision) VALUES ('0f8f5a0e-3c1a-4f43-9d58-0d6e4f9a7b10', 'travel', 1)`);
  });
  afterAll(async () => {
    await api.stop();
    await company.stop();
  });

  const someone = (groups: string[], more: Record<string, unknown> = {}) => {
    people += 1;
    return { sub: `person-${people}`, email: `person-${people}@example.com`, email_verified: true, groups, ...more };
  };
  const cookiesOf = (answer: { headers: Record<string, unknown> }): string[] =>
    [answer.headers['set-cookie'] ?? []].flat().map((line) => String(line).split(';', 1)[0] as string);
  const begin = async () => {
    const begun = await api.call('GET', '/v1/session/oidc', { token: null });
    return { cookie: cookiesOf(begun)[0] as string, location: String(begun.headers.location), status: begun.status };
  };
  const comeBack = async (url: string, cookie: string) => {
    const headers: Record<string, string> = cookie === '' ? {} : { cookie };
    const back = await api.call('GET', url.slice(publicUrl.length), { headers, token: null });
    const session = cookiesOf(back).find((one) => one.startsWith('gk_session=') && one !== 'gk_session=');
    return { status: back.status, location: back.headers.location, session };
  };
  const signIn = async (person: CompanyPerson) => {
    company.person = person;
    const { cookie, location } = await begin();
    return comeBack(company.consent(location), cookie);
  };
  const sessionOf = async (cookie: string | undefined) =>
    (await api.call('GET', '/v1/session', { headers: { cookie: cookie ?? '' }, token: null })).body;
  const problem = (name: string) => ({ status: 303, location: `/admin/sign-in?problem=${name}`, session: undefined });

  it('is offered by name', async () => {
    const { body } = await api.call('GET', '/v1/sign-in-methods', { token: null });
    expect(body).toEqual({ password: true, oidc: { name: 'Example Inc.' } });
  });

  it('asks with PKCE, state and nonce, and a cookie that scripts cannot read', async () => {
    const begun = await api.call('GET', '/v1/session/oidc', { token: null });
    expect(begun.status).toBe(303);
    expect(String(begun.headers['set-cookie'])).toMatch(
      /^gk_company=\d+\.[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const asked = Object.fromEntries(new URL(String(begun.headers.location)).searchParams);
    expect(asked).toMatchObject({
      response_type: 'code',
      client_id: company.clientId,
      redirect_uri: `${publicUrl}/v1/session/oidc/callback`,
      scope: 'openid email profile',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(String(begun.headers['set-cookie'])).not.toContain(asked.state);
  });

  it('gives the roles of the groups, without a password, and is in the audit log', async () => {
    const back = await signIn({ claims: someone(['helpdesk', 'travel', 'others']) });
    expect(back).toMatchObject({ status: 303, location: '/admin', session: expect.any(String) });
    const session = await sessionOf(back.session);
    expect(session).toMatchObject({
      email: `person-${people}@example.com`,
      role: 'operator',
      assistantRoles: [{ assistantId: '0f8f5a0e-3c1a-4f43-9d58-0d6e4f9a7b10', role: 'author' }],
      signsInBy: 'company',
    });
    const body = { email: session.email, password: '' };
    expect((await api.call('POST', '/v1/session', { body, token: null })).status).toBe(401);
    const audit = await api.call('GET', `/v1/audit?subject=operator:${session.operatorId}`);
    expect(audit.body.items).toMatchObject([
      { action: 'operators.sign-in', actor: `operator:${session.operatorId}`, detail: { by: 'company' } },
      { action: 'operators.create', detail: { signsInBy: 'company', role: 'operator' } },
    ]);
  });

  it('reads address and groups from the userinfo endpoint where the ID token does not tell them', async () => {
    const { sub, ...userInfo } = someone(['admins']);
    const back = await signIn({ claims: { sub }, userInfo });
    expect(await sessionOf(back.session)).toMatchObject({ email: userInfo.email, role: 'admin' });
  });

  it('sets roles anew each time, and shuts out who has none any more: sessions and API tokens end', async () => {
    const person = someone(['admins']);
    const first = await signIn({ claims: person });
    const headers = { cookie: first.session ?? '', origin: publicUrl };
    const made = await api.call('POST', '/v1/operators/me/api-tokens', { body: { name: 'cli' }, headers, token: null });
    const second = await signIn({ claims: { ...person, groups: ['travel'], email: `renamed-${people}@example.com` } });
    expect(await sessionOf(second.session)).toMatchObject({ role: null, email: `renamed-${people}@example.com` });
    expect((await api.call('GET', '/v1/operators', { token: made.body.token })).status).toBe(403);
    expect(await signIn({ claims: { ...person, groups: [] } })).toEqual(problem('no-role'));
    expect((await api.call('GET', '/v1/session', { token: made.body.token })).status).toBe(401);
    expect((await sessionOf(second.session)).code).toBe('http.unauthenticated');
  });

  it('lets nobody in without a mapped group', async () => {
    expect(await signIn({ claims: someone(['others']) })).toEqual(problem('no-role'));
    expect(await signIn({ claims: someone([]) })).toEqual(problem('no-role'));
    expect(await signIn({ claims: someone([], { groups: { admins: true } }) })).toEqual(problem('no-role'));
  });

  it('takes no account with a password over, whatever the company says of the address', async () => {
    expect(await signIn({ claims: someone(['admins'], { email: firstOperator.email }) })).toEqual(problem('no-email'));
    const { email } = await api.givenOperator('viewer');
    expect(await signIn({ claims: someone(['admins'], { email: email.toUpperCase() }) })).toEqual(problem('email-taken'));
    const back = await signIn({ claims: { ...someone(['admins']), email: `p${people}@example.com` } });
    expect((await sessionOf(back.session)).role).toBe('admin');
    const follow = await signIn({ claims: { sub: `person-${people}`, email, email_verified: true, groups: ['admins'] } });
    expect((await sessionOf(follow.session)).email).toBe(`p${people}@example.com`);
  });

  it('needs an address that is not told as unverified, and an operator who is not disabled', async () => {
    expect(await signIn({ claims: someone(['admins'], { email: undefined }) })).toEqual(problem('no-email'));
    expect(await signIn({ claims: someone(['admins'], { email_verified: false }) })).toEqual(problem('email-unverified'));
    const person = someone(['admins']);
    const { operatorId } = await sessionOf((await signIn({ claims: person })).session);
    const body = { disabled: true };
    const disabled = await api.call('PATCH', `/v1/operators/${operatorId}`, { body, headers: { 'if-match': '"1"' } });
    expect(disabled.status).toBe(200);
    expect(await signIn({ claims: person })).toEqual(problem('disabled'));
  });

  it('leaves roles and password of its operators to the company, and counts none of them as the last admin', async () => {
    const { operatorId } = await sessionOf((await signIn({ claims: someone(['admins']) })).session);
    for (const body of [{ role: 'viewer' }, { password: 'a long pass phrase' }]) {
      const refused = await api.call('PATCH', `/v1/operators/${operatorId}`, { body, headers: { 'if-match': '"1"' } });
      expect([refused.status, refused.body.code]).toEqual([409, 'operators.signs-in-at-company']);
    }
    const first = (await api.call('GET', '/v1/session')).body.operatorId;
    expect((await api.call('DELETE', `/v1/operators/${first}`)).body.code).toBe('operators.last-admin');
  });

  it.each([
    ['another nonce', { wrongClaims: { nonce: 'other' } }],
    ['no nonce', { wrongClaims: { nonce: undefined } }],
    ['another audience', { wrongClaims: { aud: 'other-client' } }],
    ['another issuer', { wrongClaims: { iss: 'https://evil.example' } }],
    ['an end in the past', { wrongClaims: { exp: 1 } }],
    ['a key that is not the provider’s', { foreignKey: true }],
    ['another issuer in the response', { wrongIssuer: 'https://evil.example' }],
    ['another subject at the userinfo endpoint', { claims: { sub: 'a' }, userInfo: { sub: 'b', groups: ['admins'] } }],
  ])('refuses %s', async (_what, wrong: Partial<CompanyPerson>) => {
    expect(await signIn({ claims: someone(['admins']), ...wrong })).toEqual(problem('refused'));
  });

  it('works once, in the browser that began it, and tells a cancelled one', async () => {
    company.person = { claims: someone(['admins']) };
    const [mine, other] = [await begin(), await begin()];
    const back = company.consent(mine.location);
    const asked = company.tokenRequests;
    expect(await comeBack(back, '')).toEqual(problem('other-browser'));
    expect(await comeBack(back, other.cookie)).toEqual(problem('other-browser'));
    expect(company.tokenRequests).toBe(asked);
    expect((await comeBack(back, mine.cookie)).session).toBeDefined();
    expect(await comeBack(back, mine.cookie)).toEqual(problem('expired'));
    expect(company.tokenRequests).toBe(asked + 1);
    const { state, iss } = Object.fromEntries(new URL(company.consent(other.location)).searchParams) as Record<string, string>;
    const cancelled = new URLSearchParams({ error: 'access_denied', state: state ?? '', iss: iss ?? '' });
    expect(await comeBack(`${publicUrl}/v1/session/oidc/callback?${cancelled}`, other.cookie)).toEqual(problem('cancelled'));
  });
});

describe('without a company', () => {
  it('there is no such way in; a provider that is away is told as such', async () => {
    const plain = await RunningApi.start();
    expect((await plain.call('GET', '/v1/sign-in-methods', { token: null })).body).toEqual({ password: true, oidc: null });
    for (const path of ['', '/callback'])
      expect((await plain.call('GET', `/v1/session/oidc${path}`, { token: null })).status).toBe(404);
    await plain.stop();
    const settings = {
      OIDC_ISSUER: 'http://127.0.0.1:1',
      OIDC_CLIENT_ID: 'c',
      OIDC_ROLES: 'a=admin',
      OUTBOUND_ALLOW: '127.0.0.0/8',
    };
    const away = await RunningApi.start(settings);
    const { headers } = await away.call('GET', '/v1/session/oidc', { token: null });
    expect(headers.location).toBe('/admin/sign-in?problem=unreachable');
    await away.stop();
  });
});
