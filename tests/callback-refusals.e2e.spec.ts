import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from './support/browser.js';
import { type PreparedConsent, prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

let system: System;
/** Announces that it sends `iss`; the other one announces that it doesn't. */
let announcing: ScriptedProvider;
let silent: ScriptedProvider;
let key: string;

beforeAll(async () => {
  [system, announcing, silent] = await Promise.all([
    startSystem(),
    startScriptedProvider({ mode: 'strict' }),
    startScriptedProvider({ mode: 'strict', sendsIss: false }),
  ]);
  ({ key } = await system.givenRuntimeKey());
}, 180_000);
afterAll(() => Promise.all([system.stop(), announcing.stop(), silent.stop()]), 180_000);

async function given(provider: ScriptedProvider): Promise<PreparedConsent> {
  const profile = await system.givenProfile(provider, { advanced: { discoveryUrl: provider.discoveryUrl } });
  return prepareConsent(system, provider, { profile: profile.id, key });
}

function withIss(callbackUrl: string, iss: string | null): string {
  const url = new URL(callbackUrl);
  if (iss === null) url.searchParams.delete('iss');
  else url.searchParams.set('iss', iss);
  return url.href;
}

function postAnswer({ browser, callbackUrl }: PreparedConsent): Promise<Page> {
  const url = new URL(callbackUrl);
  return browser.postFromOtherSite(url.origin + url.pathname, Object.fromEntries(url.searchParams));
}

function expectNoTokenRequest(): void {
  const codes = [announcing, silent].flatMap((provider) => provider.tokenRequests({ grantType: 'authorization_code' }));
  expect(codes).toEqual([]);
}

describe('the issuer in the answer (RFC 9207)', () => {
  it.each([
    ['is another one', () => announcing, (origin: string) => `${origin}.evil.example`],
    ['differs by a slash', () => announcing, (origin: string) => `${origin}/`],
    ['is missing although it was announced', () => announcing, () => null],
    ['is another one though none was announced', () => silent, () => 'https://evil.example'],
  ])('%s: refused, no token request, and the link is over', async (_, providerOf, iss) => {
    const provider = providerOf();
    const consent = await given(provider);
    const page = await consent.browser.open(withIss(consent.callbackUrl, iss(provider.origin)), { crossSite: true });
    expect(page.text).toContain('somewhere else');
    expect(await consent.outcome()).toMatchObject({ status: 'failed', reason: 'issuer_mismatch' });
    await consent.deliver();
    expectNoTokenRequest();
  });

  it('is compared in a denial as well', async () => {
    const consent = await given(announcing);
    const url = new URL(withIss(consent.callbackUrl, 'https://evil.example'));
    url.searchParams.delete('code');
    url.searchParams.set('error', 'access_denied');
    await consent.browser.open(url.href, { crossSite: true });
    expect(await consent.outcome()).toMatchObject({ status: 'failed', reason: 'issuer_mismatch' });
    expectNoTokenRequest();
  });
});

describe('a callback in another browser', () => {
  it.each([
    ['without a cookie', async () => new Browser()],
    ['with the cookie of a consent of its own', async () => (await given(announcing)).browser],
  ])(
    '%s: refused by GET, no token request; the first browser starts over and succeeds at the provider',
    async (_, other) => {
      const consent = await given(announcing);
      const page = await (await other()).open(consent.callbackUrl, { crossSite: true });
      expect(page.status).toBe(403);
      expect((await consent.outcome()).status).toBe('consenting');
      await consent.deliver();
      expect((await consent.outcome()).status).toBe('consenting'); // the state is used up, by whomever
      expectNoTokenRequest();
      expect(await consent.browser.continueToProvider(consent.signInUrl)).toContain(announcing.authorizationUrl);
    },
    30_000,
  );

  it('is refused when the provider answered by a form in one browser and the link of its answer is opened in another', async () => {
    const consent = await given(announcing);
    const url = new URL(consent.callbackUrl);
    const init = { method: 'POST', body: url.searchParams, redirect: 'manual' } as const;
    const posted = await fetch(url.origin + url.pathname, init);
    expect(posted.status).toBe(303);
    const kept = new URL(posted.headers.get('location') ?? '', url).href;
    expect((await new Browser().open(kept)).status).toBe(403);
    const page = await consent.browser.open(kept); // the handle is used up; its own browser is led back to the link
    expect(page.forms).toHaveLength(1);
    expect((await consent.outcome()).status).toBe('consenting');
    expectNoTokenRequest();
  }, 30_000);
});

describe('a callback that comes too late', () => {
  it.each([
    ['by GET', (consent: PreparedConsent) => consent.deliver()],
    ['by form POST', postAnswer],
  ])('%s, after the link has expired: a friendly page, no token request', async (_, deliver) => {
    const consent = await given(announcing);
    await system.db.query(`UPDATE "authorization" SET expires_at = now() - interval '1 s' WHERE id = $1`, [
      consent.authorizationId,
    ]); // the clock moves on
    const page = await deliver(consent);
    expect(page.status).toBe(410);
    expect((await consent.outcome()).status).toBe('expired');
    expectNoTokenRequest();
  });

  it('as a form that was kept for more than a minute: the link is offered again, no token request', async () => {
    const consent = await given(announcing);
    const url = new URL(consent.callbackUrl);
    const posted = await fetch(url.origin + url.pathname, { method: 'POST', body: url.searchParams, redirect: 'manual' });
    await system.db.query(`UPDATE callback_form SET expires_at = now() - interval '1 s'`); // the clock moves on
    const page = await consent.browser.open(new URL(posted.headers.get('location') ?? '', url).href, { crossSite: true });
    expect(page.forms).toHaveLength(1);
    expect((await consent.outcome()).status).toBe('consenting');
    expectNoTokenRequest();
  });

  it('after another ask has replaced the link: a friendly page, no token request', async () => {
    const consent = await given(announcing);
    await system.askToken({ ...consent.ask, signIn: { displayName: 'Somebody else' } }, key);
    const page = await consent.deliver();
    expect(page.status).toBe(410);
    expect((await consent.outcome()).status).toBe('abandoned');
    expectNoTokenRequest();
  });
});
