import type { AuthorizationView } from '@grantkeeper/contracts/authorizations/http';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import { type PreparedConsent, prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const returnUrl = 'https://bot.test/back';

describe('a consent, from the link to the callback', () => {
  let system: System;
  let provider: ScriptedProvider;
  let profile: ProfileView;
  let key: string;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
    const { discoveryUrl } = provider;
    profile = await system.givenProfile(provider, { advanced: { discoveryUrl, returnUrls: [returnUrl] } });
    key = (await system.givenRuntimeKey()).key;
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const prepared = () => prepareConsent(system, provider, { profile: profile.id, key });
  const link = async (user: string, signIn?: { returnUrl?: string; displayName?: string }) => {
    const { body, text } = await system.askToken({ profile: profile.id, user, signIn }, key);
    if (body.status !== 'consent_required' || !body.signInUrl || !body.authorizationId)
      throw new Error(`expected a sign-in link: ${text}`);
    return { url: body.signInUrl, id: body.authorizationId };
  };
  const statusOf = async (id: string) => {
    const { body } = await system.api<AuthorizationView>('GET', `/v1/authorizations/${id}`, { token: key });
    return body.reason === null ? body.status : `${body.status} ${body.reason}`;
  };
  const tokenRequestsOf = ({ code }: PreparedConsent) => provider.tokenRequests({ code }).length;
  const callbackWith = (consent: PreparedConsent, change: (parameters: URLSearchParams) => void): string => {
    const url = new URL(consent.callbackUrl);
    change(url.searchParams);
    return url.href;
  };

  describe('the link (OpenAuthorization)', () => {
    it('shows who asks, for what and for whom, and is not used up by being fetched ahead', async () => {
      const { url, id } = await link('U042', { displayName: 'Ada <b>Lovelace</b>' });
      const stored = () => system.db.query('SELECT * FROM "authorization" WHERE id = $1', [id]).then(({ rows }) => rows[0]);
      const before = await stored();
      const [page] = await Promise.all(Array.from({ length: 5 }, () => new Browser().open(url, { crossSite: true })));
      await fetch(url, { method: 'HEAD' });
      expect(page).toMatchObject({
        status: 200,
        text: expect.stringMatching(/Scripted.*Ada <b>Lovelace<\/b> U042.*read.*write.*Continue/),
      });
      expect(page?.headers.get('set-cookie')).toBeNull();
      expect(await stored()).toEqual(before);
    });

    it('is kept from caches, frames, referrers and scripts', async () => {
      const { headers } = await new Browser().open((await link('headers')).url);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+';.*frame-ancestors 'none'/,
      );
    });

    it('is the same for the same ask, also for many at once, and ends when another is asked for', async () => {
      const links = await Promise.all(Array.from({ length: 20 }, () => link('same')));
      expect(new Set(links.map(({ url }) => url)).size).toBe(1);
      const other = await link('same', { displayName: 'Another name' });
      const [first] = links;
      if (!first) throw new Error('no link');
      expect(other.id).not.toBe(first.id);
      expect(await statusOf(first.id)).toBe('abandoned');
      expect(await new Browser().open(first.url)).toMatchObject({ status: 410, text: expect.stringMatching(/newer link/) });
    });

    it('ends after 10 minutes: nothing begins any more, and the next ask gets a new one', async () => {
      const late = await link('late');
      const browser = new Browser();
      const page = await browser.open(late.url);
      await system.db.query(`UPDATE "authorization" SET expires_at = now() - interval '1 s' WHERE id = $1`, [late.id]);
      expect(await statusOf(late.id)).toBe('expired');
      expect(await browser.submit(page)).toMatchObject({ status: 410, leadsTo: null, text: expect.stringMatching(/expired/) });
      expect((await link('late')).id).not.toBe(late.id);
    });

    it('that we never made is not found', async () => {
      const { url } = await link('forged');
      const forged = `${url.slice(0, -2)}${url.endsWith('AA') ? 'BB' : 'AA'}`;
      for (const address of [forged, `${url}A`, `${system.publicUrl}/sign-in/x`]) {
        expect(await new Browser().open(address)).toMatchObject({ status: 404, text: expect.stringMatching(/does not exist/) });
      }
    });

    it('is not continued by a form of another site', async () => {
      const { url, id } = await link('lured');
      const lured = await new Browser().postFromOtherSite(url, { step: 'continue' });
      expect(lured).toMatchObject({ status: 403, leadsTo: null });
      expect(await statusOf(id)).toBe('waiting');
    });

    it('does not begin while its profile is disabled', async () => {
      const own = await system.givenProfile(provider);
      const { body } = await system.askToken({ profile: own.id, user: 'any' }, key);
      const browser = new Browser();
      const page = await browser.open(body.status === 'consent_required' ? (body.signInUrl ?? '') : '');
      await system.asOperator('POST', `/v1/profiles/${own.id}/disable`);
      expect(await browser.submit(page)).toMatchObject({
        status: 409,
        leadsTo: null,
        text: expect.stringMatching(/switched off/),
      });
    });
  });

  describe('the browser that continued (BeginConsent)', () => {
    it('is the only one: another is told that the link is in use, before and after', async () => {
      const { url, id } = await link('two browsers');
      const [one, two] = [new Browser(), new Browser()];
      const seenBefore = await two.open(url);
      const first = provider.approve(await one.continueToProvider(url));
      expect(await two.submit(seenBefore)).toMatchObject({
        status: 403,
        leadsTo: null,
        text: expect.stringMatching(/another browser/),
      });
      expect(await two.open(url)).toMatchObject({ status: 403 });
      expect((await one.untilStill(await one.open(first, { crossSite: true }))).text).toMatch(/Connected/);
      expect(await two.open(url)).toMatchObject({ status: 403, text: expect.not.stringMatching(/Connected/) });
      expect(await statusOf(id)).toBe('consented');
    });

    it('may start over; what it began before no longer counts', async () => {
      const consent = await prepared();
      const again = provider.approve(await consent.browser.continueToProvider(consent.signInUrl));
      const old = await consent.deliver();
      expect(old).toMatchObject({ url: consent.signInUrl, status: 200 });
      expect(tokenRequestsOf(consent)).toBe(0);
      const done = await consent.browser.untilStill(await consent.browser.open(again, { crossSite: true }));
      expect(done.text).toMatch(/Connected/);
      expect(tokenRequestsOf(consent)).toBe(0);
    });

    it('alone can bring the callback: from another it is refused without a token request, and can be started over', async () => {
      const consent = await prepared();
      const stranger = new Browser();
      expect(await stranger.open(consent.callbackUrl, { crossSite: true })).toMatchObject({ status: 403 });
      expect(await consent.deliver()).toMatchObject({ url: consent.signInUrl, text: expect.stringMatching(/Continue/) });
      expect(tokenRequestsOf(consent)).toBe(0);
      expect((await consent.browser.consent(consent.signInUrl, provider)).text).toMatch(/Connected/);
      expect(tokenRequestsOf(consent)).toBe(0);
    });

    it('ends on a page without code and state in its address', async () => {
      const consent = await prepared();
      const page = await consent.deliver();
      expect(page.url).toBe(consent.signInUrl);
      expect(page.html).not.toContain(consent.code);
      expect(page.html).not.toContain(new URL(consent.callbackUrl).searchParams.get('state'));
    });
  });

  describe('the callback (AcceptCallback)', () => {
    it('with a state that nobody awaits is a friendly page to strangers, and at the wrong profile too', async () => {
      const consent = await prepared();
      const other = await system.givenProfile(provider);
      const unknown = callbackWith(consent, (parameters) => parameters.set('state', 'x'.repeat(43)));
      expect(await new Browser().open(unknown, { crossSite: true })).toMatchObject({ status: 400 });
      const misplaced = consent.callbackUrl.replace(profile.id, other.id);
      expect(await consent.browser.open(misplaced, { crossSite: true })).toMatchObject({ status: 400 });
      expect(await statusOf(consent.authorizationId)).toBe('consenting');
    });

    it('with a denial ends the authorization, and the page says what to do', async () => {
      const { url, id } = await link('denies');
      const page = await new Browser().consent(url, provider, { deny: true });
      expect(page).toMatchObject({ status: 200, text: expect.stringMatching(/declined.*ask again/) });
      expect(await statusOf(id)).toBe('denied');
    });

    it('with another error ends it as refused by the provider, whose words are not shown', async () => {
      const consent = await prepared();
      const refused = callbackWith(consent, (parameters) => {
        parameters.delete('code');
        parameters.set('error', 'invalid_scope');
        parameters.set('error_description', 'Call this number');
      });
      const page = await consent.browser.open(refused, { crossSite: true });
      expect(page.text).not.toContain('Call this number');
      expect(await statusOf(consent.authorizationId)).toBe('failed provider_refused');
    });

    it('with an error but without the right state or browser ends nothing', async () => {
      const consent = await prepared();
      const error = (state: string) => `${system.publicUrl}/callback/${profile.id}?error=access_denied&state=${state}`;
      await consent.browser.open(error('x'.repeat(43)), { crossSite: true });
      await new Browser().open(error(new URL(consent.callbackUrl).searchParams.get('state') ?? ''), { crossSite: true });
      expect(await statusOf(consent.authorizationId)).toBe('consenting');
    });

    it('by a stranger’s form leaves nothing behind', async () => {
      const fields = { code: 'code', state: 'x'.repeat(43) };
      const page = await new Browser().postFromOtherSite(`${system.publicUrl}/callback/${profile.id}`, fields);
      expect(page).toMatchObject({ status: 400, text: expect.stringMatching(/not recognised/) });
      expect((await system.db.query('SELECT FROM callback_form')).rowCount).toBe(0);
    });

    it('brings the code to the endpoints that were pinned, whatever the profile says by then', async () => {
      const other = await startScriptedProvider({ mode: 'strict' });
      const own = await system.givenProfile(provider);
      const consent = await prepareConsent(system, provider, { profile: own.id, key });
      const { tokenUrl, clientSecret } = other;
      const read = await system.asOperator('GET', `/v1/profiles/${own.id}`);
      const ifMatch = { 'if-match': read.headers.get('etag') ?? '' };
      const revised = await system.asOperator('PATCH', `/v1/profiles/${own.id}`, { tokenUrl, clientSecret }, ifMatch);
      expect(revised.status).toBe(200);
      await consent.browser.untilStill(await consent.deliver());
      expect(other.tokenRequests()).toEqual([]);
      await other.stop();
    });
  });

  it('waits with the runtime for the outcome', async () => {
    const consent = await prepared();
    const path = `/v1/authorizations/${consent.authorizationId}?waitSeconds=20`;
    const waiting = system.api<AuthorizationView>('GET', path, { token: key });
    await consent.deliver();
    expect((await waiting).body).toMatchObject({ status: 'consented', grantId: expect.any(String) });
  });
});
