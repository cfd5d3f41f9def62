import { createHash, randomBytes } from 'node:crypto';
import type { AuthorizationView } from '@grantkeeper/contracts/authorizations/http';
import type { GrantView, OtherAccountAllowed } from '@grantkeeper/contracts/grants/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from './support/browser.js';
import { eventually } from './support/eventually.js';
import { codeOnPage } from './support/page-code.js';
import { type PreparedConsent, prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const returnUrl = 'https://bot.test/back?keep=1';
const openid = [{ value: 'openid email read' }];

describe('the check that who consented is who asked', () => {
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

  const begun = async (overrides: Record<string, unknown>, signIn?: Record<string, string>, user?: string) => {
    const profile = await system.givenProfile(provider, overrides);
    return prepareConsent(system, provider, { profile: profile.id, key, signIn, ...(user === undefined ? {} : { user }) });
  };
  const complete = (consent: PreparedConsent, body: object) =>
    system.api<{ status?: string; code?: string; triesLeft?: number }>(
      'POST',
      `/v1/authorizations/${consent.authorizationId}/complete`,
      { body, token: key },
    );
  const grantsOf = async ({ ask: { user } }: PreparedConsent) =>
    (await system.api<{ items: GrantView[] }>('GET', `/v1/grants?user=${encodeURIComponent(user)}`, { token: key })).body.items;
  const column = async (consent: PreparedConsent, name: string) =>
    (await system.db.query(`SELECT ${name} AS value FROM "authorization" WHERE id = $1`, [consent.authorizationId])).rows[0]
      ?.value;
  const codeOn = (page: Page): string => codeOnPage(page.text);
  const another = (code: string): string => `${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`;
  /** Every token that this consent brought is dead at the provider. */
  const expectRevoked = (consent: PreparedConsent) =>
    eventually(() => expect(provider.isRefreshTokenAlive(provider.newestRefreshToken(consent.code) ?? '')).toBe(false));
  const expectNothingHandedOut = async (consent: PreparedConsent) => {
    expect((await consent.askToken()).body.status).toBe('consent_required');
    expect(await grantsOf(consent)).toEqual([]);
  };

  describe('by a code (CompleteAuthorization)', () => {
    const atTheCode = async () => {
      const consent = await begun({ identityCheck: 'code' });
      const page = await consent.browser.untilStill(await consent.deliver());
      return { consent, page, code: codeOn(page) };
    };

    it('holds the tokens until the user has typed what the page shows, however they type it', async () => {
      const { consent, page, code } = await atTheCode();
      expect(page).toMatchObject({ status: 200, text: expect.stringMatching(/Type this code into the chat/) });
      expect((await consent.outcome()).status).toBe('confirming');
      await expectNothingHandedOut(consent);

      expect(await complete(consent, { code: ` ${code.toLowerCase().replace('-', ' ')} ` })).toMatchObject({
        status: 200,
        body: { status: 'consented' },
      });

      expect((await consent.askToken()).body).toMatchObject({ status: 'ready', tokenVersion: 1 });
      expect((await consent.browser.open(consent.signInUrl)).text).toMatch(/Connected/);
      expect(await complete(consent, { code })).toMatchObject({ status: 410, body: { code: 'authorizations.over' } });
    });

    it('allows four mistakes; the fifth destroys and revokes what was held', async () => {
      const { consent, code } = await atTheCode();
      for (const triesLeft of [4, 3, 2, 1]) {
        expect(await complete(consent, { code: another(code) })).toMatchObject({
          status: 422,
          body: { code: 'authorizations.wrong-code', triesLeft },
        });
      }
      expect(await complete(consent, { code: 'not even one' })).toMatchObject({
        status: 410,
        body: { code: 'authorizations.over' },
      });
      expect(await complete(consent, { code })).toMatchObject({ status: 410 });
      expect(await column(consent, 'confirmation_code')).toBeNull();
      expect((await consent.outcome()).status).toBe('wrong_person');
      await expectRevoked(consent);
      await expectNothingHandedOut(consent);
    });

    it('counts no more than five tries, however many come at once', async () => {
      const { consent, code } = await atTheCode();
      const answers = await Promise.all(Array.from({ length: 12 }, () => complete(consent, { code: another(code) })));
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(4);
      expect(answers.filter(({ status }) => status === 410)).toHaveLength(8);
    });

    it('ends after 5 minutes, also with the right code', async () => {
      const { consent, code } = await atTheCode();
      await system.db.query(`UPDATE "authorization" SET confirm_expires_at = now() - interval '1 s' WHERE id = $1`, [
        consent.authorizationId,
      ]);
      expect(await complete(consent, { code })).toMatchObject({ status: 410, body: { code: 'authorizations.over' } });
      await expectRevoked(consent);
      await expectNothingHandedOut(consent);
    });

    it('lets the person say that it was not them', async () => {
      const { consent, page, code } = await atTheCode();
      const after = await consent.browser.submit(page, {}, 'This is not me');
      expect(after.text).toMatch(/Not connected/);
      expect(await complete(consent, { code })).toMatchObject({ status: 410 });
      await expectRevoked(consent);
    });

    it('is thrown away when another link is asked for meanwhile', async () => {
      const { consent, code } = await atTheCode();
      await system.askToken({ ...consent.ask, signIn: { displayName: 'Another' } }, key);
      expect(await complete(consent, { code })).toMatchObject({ status: 410 });
      expect((await consent.outcome()).status).toBe('abandoned');
      await expectRevoked(consent);
    });
  });

  describe('by the return (CompleteAuthorization)', () => {
    const withReturn = { identityCheck: 'return', advanced: { returnUrls: [returnUrl] } };
    const returned = async () => {
      const verifier = randomBytes(32).toString('base64url');
      const verifierChallenge = createHash('sha256').update(verifier).digest('base64url');
      const consent = await begun(withReturn, { verifierChallenge });
      const { leadsTo } = await consent.deliver();
      const query = new URL(leadsTo ?? 'none:').searchParams;
      return { consent, verifier, leadsTo, authorization: query.get('authorization'), handle: query.get('handle') ?? '' };
    };
    const noTokenRequest = ({ code }: PreparedConsent) => expect(provider.tokenRequests({ code })).toEqual([]);

    it('sends the browser to the registered URL, and asks for tokens only once the runtime has proved whose it was', async () => {
      const { consent, verifier, handle, authorization, leadsTo } = await returned();
      expect(leadsTo?.startsWith(`${returnUrl}&`)).toBe(true);
      expect(authorization).toBe(consent.authorizationId);
      expect((await consent.outcome()).status).toBe('awaiting_verifier');
      noTokenRequest(consent);

      expect(await complete(consent, { verifier, handle })).toMatchObject({ status: 200, body: { status: 'consented' } });

      expect(provider.tokenRequests({ code: consent.code })).toHaveLength(1);
      expect((await consent.askToken()).body.status).toBe('ready');
      expect(await complete(consent, { verifier, handle })).toMatchObject({ status: 410 });
    });

    it.each([
      ['another verifier', (handle: string) => ({ verifier: 'v'.repeat(43), handle })],
      ['another handle', (_: string, verifier: string) => ({ verifier, handle: 'h'.repeat(43) })],
    ])('makes no token request, ever, after %s', async (_, wrong) => {
      const { consent, verifier, handle } = await returned();
      expect(await complete(consent, wrong(handle, verifier))).toMatchObject({
        status: 410,
        body: { code: 'authorizations.over' },
      });
      expect(await complete(consent, { verifier, handle })).toMatchObject({ status: 410 });
      expect((await consent.outcome()).status).toBe('wrong_person');
      expect(await column(consent, 'code')).toBeNull();
      await expectNothingHandedOut(consent);
      noTokenRequest(consent);
    });

    it('is too late after a minute', async () => {
      const { consent, verifier, handle } = await returned();
      await system.db.query(`UPDATE "authorization" SET return_expires_at = now() - interval '1 s' WHERE id = $1`, [
        consent.authorizationId,
      ]);
      expect(await complete(consent, { verifier, handle })).toMatchObject({ status: 410 });
      expect((await consent.outcome()).status).toBe('expired');
      expect(await column(consent, 'code')).toBeNull();
      noTokenRequest(consent);
    });

    it('needs both, and only when they are awaited', async () => {
      const { consent, verifier, handle } = await returned();
      expect(await complete(consent, { verifier })).toMatchObject({ status: 422, body: { code: 'http.invalid-input' } });
      expect(await complete(consent, { code: 'ABCD-EFGH' })).toMatchObject({
        status: 409,
        body: { code: 'authorizations.nothing-to-complete' },
      });
      expect(await complete(consent, { verifier, handle })).toMatchObject({ status: 200 });
    });

    it('is refused without a challenge and to URLs that are not registered exactly', async () => {
      const { id: profile } = await system.givenProfile(provider, withReturn);
      const ask = (signIn?: Record<string, string>) => system.askToken({ profile, user: 'refused', signIn }, key);
      expect(await ask()).toMatchObject({ status: 422, body: { code: 'authorizations.verifier-required' } });
      const verifierChallenge = 'c'.repeat(43);
      for (const wrong of ['https://bot.test/back', `${returnUrl}#`, 'https://evil.test/']) {
        expect(await ask({ verifierChallenge, returnUrl: wrong })).toMatchObject({
          status: 422,
          body: { code: 'authorizations.return-url-not-registered' },
        });
      }
      expect(await ask({ verifierChallenge, returnUrl })).toMatchObject({ status: 200 });
    });
  });

  describe('by a second look (ConfirmAccount)', () => {
    const atTheAccount = async (decision = {}) => {
      const consent = await begun({ identityCheck: 'confirm', scope: openid }, { displayName: 'Ada' });
      const callback = provider.approve(await consent.browser.continueToProvider(consent.signInUrl), {
        subject: 'ada',
        email: 'ada@provider.test',
        ...decision,
      });
      const page = await consent.browser.untilStill(await consent.browser.open(callback, { crossSite: true }));
      return { consent, page, code: new URL(callback).searchParams.get('code') ?? '' };
    };

    it('names the provider’s account and the chat user, and hands out after the second Continue', async () => {
      const { consent, page } = await atTheAccount();
      expect(page.text).toMatch(/ada@provider\.test.*Ada/);
      await expectNothingHandedOut(consent);
      expect((await consent.browser.submit(page, {}, 'Continue')).text).toMatch(/Connected/);
      expect((await consent.askToken()).body.status).toBe('ready');
    });

    it('destroys and revokes after "This is not me"', async () => {
      const { consent, page, code } = await atTheAccount();
      expect((await consent.browser.submit(page, {}, 'This is not me')).text).toMatch(/Not connected/);
      await eventually(() => expect(provider.isRefreshTokenAlive(provider.newestRefreshToken(code) ?? '')).toBe(false));
      await expectNothingHandedOut(consent);
    });

    it('is for the browser that consented, and not for the runtime', async () => {
      const { consent } = await atTheAccount();
      const stranger = await fetch(consent.signInUrl, {
        method: 'POST',
        body: new URLSearchParams({ step: 'confirm' }),
        redirect: 'manual',
      });
      expect(stranger.status).toBe(303);
      expect(await complete(consent, { code: 'ABCD-EFGH' })).toMatchObject({ status: 409 });
      expect((await consent.outcome()).status).toBe('confirming');
    });
  });

  describe('a reconnect', () => {
    /** A grant of Ada's that needs a new consent, and who gives it. */
    const toReconnect = async (user: string) => {
      const profile = await system.givenProfile(provider, { identityCheck: 'code', scope: openid });
      const consentAs = async (subject: string) => {
        const consent = await prepareConsent(
          system,
          { approve: (url) => provider.approve(url, { subject }) },
          { profile: profile.id, key, user },
        );
        const page = await consent.browser.untilStill(await consent.deliver());
        return { consent, answer: await complete(consent, { code: codeOn(page) }) };
      };
      const first = await consentAs('ada');
      const { body } = await first.consent.askToken();
      if (body.status !== 'ready') throw new Error('expected a token');
      const breaks = () =>
        system.db.query(`UPDATE "grant" SET status = 'reconnect_required', reason = 'invalid_grant' WHERE id = $1`, [
          body.grantId,
        ]);
      await breaks();
      return { consentAs, first, body, breaks };
    };

    it('with another account is refused; the working token stays and nothing is revoked', async () => {
      const { consentAs, first, body } = await toReconnect('reconnects');

      const { consent, answer } = await consentAs('eve');

      expect(answer).toMatchObject({ status: 200, body: { status: 'failed' } });
      expect(await consent.outcome()).toMatchObject({ reason: 'other_account' } satisfies Partial<AuthorizationView>);
      expect(provider.isAccessTokenAlive(body.accessToken)).toBe(true);
      expect(provider.isRefreshTokenAlive(provider.newestRefreshToken(consent.code) ?? '')).toBe(true);

      expect((await consentAs('ada')).answer.body).toEqual({ status: 'consented' });
      const again = await first.consent.askToken();
      expect(again.body).toMatchObject({ status: 'ready', grantId: body.grantId, tokenVersion: 2 });
    });

    it('with another account is taken once where an operator allows it (AllowOtherAccount)', async () => {
      const { consentAs, first, body, breaks } = await toReconnect('moves house');
      const allow = () => system.asOperator<OtherAccountAllowed>('POST', `/v1/grants/${body.grantId}/allow-other-account`);
      const { status, body: allowed } = await allow();
      expect([status, allowed.grantId]).toEqual([200, body.grantId]);
      const audit = await system.asOperator('GET', '/v1/audit');
      expect(audit.text).toContain('grants.allow-other-account');

      expect((await consentAs('eve')).answer.body).toEqual({ status: 'consented' });
      expect((await first.consent.askToken()).body).toMatchObject({ status: 'ready', grantId: body.grantId, tokenVersion: 2 });

      await breaks();
      expect((await consentAs('ada')).answer.body).toEqual({ status: 'failed' }); // the account is eve's now, and the word was for once
      await allow();
      await system.db.query(`UPDATE "grant" SET other_account_until = now() - interval '1 s' WHERE id = $1`, [body.grantId]);
      expect((await consentAs('ada')).answer.body).toEqual({ status: 'failed' });
    });
  });
});
