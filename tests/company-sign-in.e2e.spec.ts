import { PageWalker } from '@grantkeeper/local-stack/demo/page-walker';
import { type DemoProvider, startDemoProvider } from '@grantkeeper/local-stack/demo-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type System, startSystem } from './support/system.js';

describe('signing in at the company, where that is oidc-provider', () => {
  let company: DemoProvider;
  let system: System;
  beforeAll(async () => {
    const redirect = { redirectUris: ['http://127.0.0.1/'], redirectPrefix: 'http://127.0.0.1:' };
    company = await startDemoProvider({ port: 0, accessTokenSeconds: 60, adapter: 'memory', ...redirect });
    const apiEnv = {
      OIDC_ISSUER: company.issuer,
      OIDC_CLIENT_ID: company.clientId,
      OIDC_CLIENT_SECRET: company.clientSecret,
      OIDC_ROLES: 'gk-admins=admin',
    };
    system = await startSystem({ worker: 0, apiEnv });
  });
  afterAll(async () => {
    await system?.stop();
    await company?.stop();
  });

  async function signIn(login: string) {
    const person = company.users.find((one) => one.login === login);
    const begun = await system.api('GET', '/v1/session/oidc');
    const browser = new PageWalker(`${system.publicUrl}/`);
    const loginPage = await browser.walk(begun.headers.get('location') ?? '');
    const consent = await browser.walk(`${loginPage.url}/login`, { login, password: person?.password ?? '' });
    const back = await browser.walk(`${consent.url}/allow`, {});
    const cookie = begun.headers.getSetCookie()[0]?.split(';')[0];
    const { status, headers } = await system.api('GET', new URL(back.url).pathname + new URL(back.url).search, { cookie });
    const session = headers.getSetCookie().find((line) => line.startsWith('gk_session='));
    return { status, location: headers.get('location'), cookie: session?.split(';')[0] };
  }

  it('gives an admin of the company the admin’s role', async () => {
    const { cookie, ...answer } = await signIn('ada');
    expect(answer).toEqual({ status: 303, location: '/admin' });
    const { body } = await system.api('GET', '/v1/session', { cookie });
    expect(body).toMatchObject({ email: 'ada@example.com', role: 'admin', signsInBy: 'company' });
  });

  it('lets nobody in whose groups have no role', async () => {
    expect(await signIn('grace')).toEqual({ status: 303, location: '/admin/sign-in?problem=no-role', cookie: undefined });
  });
});
