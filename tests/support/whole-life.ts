import { createHash, randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { killAt } from '../faults/kills.js';
import type { ApiAnswer } from './api-client.js';
import { Browser } from './browser.js';
import { eventually } from './eventually.js';
import type { GivenGrant } from './givens.js';
import { codeOnPage } from './page-code.js';
import { type PreparedConsent, prepareConsent, type Wanted } from './prepared-consent.js';
import type { ScriptedAnswer } from './scripted-provider/scripted-answer.js';
import type { ScriptedProvider } from './scripted-provider/scripted-provider.js';
import type { System } from './system.js';
import { readTestRunEvents, startTestRun, untilTestRun } from './test-runs.js';

/** Where the `return` check leads the browser; nobody is there. */
const returnUrl = 'https://bot.example/back';

/** Everything that happens to secrets in this product, the failures too; keeps what nobody else learns. */
export class WholeLife {
  readonly consents: PreparedConsent[] = [];
  readonly keys: string[] = [];
  private readonly testStates: string[] = [];
  readonly returnedVerifier = randomBytes(32).toString('base64url');
  /** What users typed as secrets. */
  readonly typed: string[] = [];
  /** Secrets that callers sent where they did not belong. */
  readonly refused: string[] = [];

  constructor(
    private readonly system: System,
    private readonly provider: ScriptedProvider,
  ) {}

  get states(): string[] {
    const ofConsents = this.consents.map(({ authorizationUrl }) => new URL(authorizationUrl).searchParams.get('state') ?? '');
    return [...ofConsents, ...this.testStates];
  }

  get verifiers(): string[] {
    return this.provider.tokenRequests({ grantType: 'authorization_code' }).flatMap(({ body }) => body.code_verifier ?? []);
  }

  async live(): Promise<void> {
    await this.consentByCode();
    await this.consentByFormPost();
    await this.consentByReturn();
    await this.consentByTypedSecret();
    await this.denied();
    await this.exchangesThatFail();
    await this.refreshes();
    await this.signOuts();
    await this.testRuns();
    await this.refusedInput();
    await this.crash();
  }

  private async begin(overrides: Record<string, unknown>, ask: Partial<Wanted> = {}): Promise<PreparedConsent> {
    const profile = await this.system.givenProfile(this.provider, overrides);
    const { key } = await this.system.givenRuntimeKey();
    this.keys.push(key);
    const consent = await prepareConsent(this.system, this.provider, { profile: profile.id, key, ...ask });
    this.consents.push(consent);
    return consent;
  }

  private async expectReady(consent: PreparedConsent): Promise<void> {
    expect((await consent.askToken(10)).body.status).toBe('ready');
  }

  private complete({ authorizationId, key }: PreparedConsent, body: unknown): Promise<ApiAnswer> {
    return this.system.api('POST', `/v1/authorizations/${authorizationId}/complete`, { body, token: key });
  }

  private async consentByCode(): Promise<void> {
    const consent = await this.begin({ identityCheck: 'code', scope: [{ value: 'openid' }, { value: 'read' }] });
    const page = await consent.browser.untilStill(await consent.deliver());
    const code = codeOnPage(page.text);
    expect(code).not.toBe('');
    expect((await this.complete(consent, { code: 'ZZZZ-ZZZZ' })).body).toMatchObject({ code: 'authorizations.wrong-code' });
    expect((await this.complete(consent, { code })).body).toEqual({ status: 'consented' });
    await this.expectReady(consent);
  }

  private async consentByFormPost(): Promise<void> {
    const consent = await this.begin({ advanced: { clientAuthentication: { method: 'client_secret_post' } } });
    const url = new URL(consent.callbackUrl);
    await consent.browser.postFromOtherSite(url.origin + url.pathname, Object.fromEntries(url.searchParams));
    await this.expectReady(consent);
  }

  private async consentByReturn(): Promise<void> {
    const verifierChallenge = createHash('sha256').update(this.returnedVerifier).digest('base64url');
    const consent = await this.begin(
      { identityCheck: 'return', advanced: { returnUrls: [returnUrl] } },
      { signIn: { verifierChallenge } },
    );
    const handle = new URL((await consent.deliver()).leadsTo ?? '').searchParams.get('handle');
    expect((await this.complete(consent, { verifier: this.returnedVerifier, handle })).status).toBe(200);
    await this.expectReady(consent);
  }

  /** A secret that a user types, in the requests to the provider and in the hand-out's. */
  private async consentByTypedSecret(): Promise<void> {
    const secret = `typed-${randomBytes(18).toString('hex')}`;
    this.typed.push(secret);
    const consent = await this.begin(
      {
        additionalFields: [{ key: 'pin', secret: true }],
        tokenUrl: `${this.provider.tokenUrl}?pin={{pin}}`,
        advanced: { revocationUrl: `${this.provider.revocationUrl}?pin={{pin}}` },
      },
      { typed: { 'field.pin': secret } },
    );
    await consent.browser.untilStill(await consent.deliver());
    const { body } = await consent.askToken(10);
    if (body.status !== 'ready') throw new Error(`expected a token: ${body.status}`);
    this.provider.answerNextToken({ status: 500, body: secret }, 1, 'refresh_token');
    expect((await this.system.asOperator('POST', `/v1/grants/${body.grantId}/refresh`)).status).toBe(202);
    await eventually(async () => {
      const view = await this.system.api<{ lastFailure: string | null }>('GET', `/v1/grants/${body.grantId}`, {
        token: consent.key,
      });
      expect(view.body.lastFailure).not.toBeNull();
    });
    await this.system.api('DELETE', `/v1/grants/${body.grantId}`, { token: consent.key });
    expect(this.provider.revocations.at(-1)?.query.pin).toBe(secret);
  }

  /** A provider that quotes back what it was asked with. */
  private async denied(): Promise<void> {
    const consent = await this.begin({});
    const url = new URL(consent.callbackUrl);
    const { state } = Object.fromEntries(url.searchParams);
    url.search = new URLSearchParams({
      error: 'access_denied',
      error_description: `${consent.code} ${state}`,
      state: state ?? '',
    }).toString();
    await consent.browser.open(url.href, { crossSite: true });
    expect((await consent.outcome()).status).toBe('denied');
  }

  private async exchangesThatFail(): Promise<void> {
    for (const answer of echoes) {
      const consent = await this.begin({});
      this.provider.answerNextToken(answer(`${consent.code} ${this.provider.clientSecret}`));
      await consent.browser.untilStill(await consent.deliver());
      expect((await consent.outcome()).status).toBe('failed');
    }
  }

  private async refreshes(): Promise<void> {
    const refreshed = await this.givenGrant();
    await this.refresh(refreshed);
    await eventually(async () => expect(await this.view(refreshed)).toMatchObject({ tokenVersion: 2 }));
    for (const answer of [...echoes, () => 'half-answer' as const]) {
      const grant = await this.givenGrant();
      this.provider.answerNextToken(answer(this.provider.newestRefreshToken(grant.ready.accessToken) ?? ''), 1, 'refresh_token');
      await this.refresh(grant);
      await eventually(async () => expect(await this.view(grant)).toMatchObject({ lastFailure: expect.any(String) }));
    }
  }

  private async givenGrant(): Promise<GivenGrant> {
    const consent = await this.begin({});
    await consent.browser.untilStill(await consent.deliver());
    const { body } = await consent.askToken(10);
    const profile = await this.system.asOperator<GivenGrant['profile']>('GET', `/v1/profiles/${consent.ask.profile}`);
    if (body.status !== 'ready') throw new Error(`expected a token: ${body.status}`);
    return { profile: profile.body, key: consent.key, user: consent.ask.user, ready: body };
  }

  private async refresh({ ready }: GivenGrant): Promise<void> {
    expect((await this.system.asOperator('POST', `/v1/grants/${ready.grantId}/refresh`)).status).toBe(202);
  }

  private async view({ ready, key }: GivenGrant): Promise<unknown> {
    return (await this.system.api('GET', `/v1/grants/${ready.grantId}`, { token: key })).body;
  }

  private async signOuts(): Promise<void> {
    const answers: [string, ((token: string) => ScriptedAnswer) | null][] = [
      ['revoked', null],
      ['forgotten', (token) => ({ status: 400, body: { error: token, error_description: token } })],
    ];
    for (const [revocation, answer] of answers) {
      const { ready, key } = await this.givenGrant();
      if (answer) this.provider.answerNextRevocation(answer(this.provider.newestRefreshToken(ready.accessToken) ?? ''));
      const signedOut = await this.system.api('DELETE', `/v1/grants/${ready.grantId}`, { token: key });
      expect(signedOut.body).toEqual({ revocation });
    }
  }

  /** Tests whose provider quotes back what it was asked with, and one that works; each is read as its author would. */
  private async testRuns(): Promise<void> {
    const { id: profile } = await this.system.givenProfile(this.provider);
    for (const answer of [...echoes, null]) {
      const { id, signInUrl } = await startTestRun(this.system, profile);
      await untilTestRun(this.system, id);
      const browser = new Browser();
      const callback = this.provider.approve(await browser.continueToProvider(signInUrl));
      const { code = '', state = '' } = Object.fromEntries(new URL(callback).searchParams);
      this.testStates.push(state);
      if (answer) this.provider.answerNextToken(answer(`${code} ${this.provider.clientSecret}`));
      await browser.untilStill(await browser.open(callback, { crossSite: true }));
      const run = await untilTestRun(this.system, id, ['succeeded', 'failed', 'interrupted', 'expired']);
      expect(run.state).toBe(answer ? 'failed' : 'succeeded');
      await readTestRunEvents(this.system, id);
    }
  }

  /** Secrets in bodies that are refused, and credentials that are over. */
  private async refusedInput(): Promise<void> {
    const secret = () => {
      this.refused.push(`refused-${randomBytes(24).toString('hex')}`);
      return this.refused.at(-1) ?? '';
    };
    const { id: assistant } = await this.system.homeAssistant();
    const profiles = `/v1/assistants/${assistant}/profiles`;
    const email = this.system.operator.email;
    const statuses = [
      await this.system.asOperator('POST', profiles, { type: 'oauth2', clientSecret: secret().repeat(9), unknown: secret() }),
      await this.system.asOperator('POST', profiles, `{"clientSecret": "${secret()}", broken`),
      await this.system.asOperator('POST', `${profiles}?clientSecret=${secret()}`, {}),
      await this.system.api('POST', '/v1/session', { body: { email, password: secret() } }),
      await this.system.api('POST', '/v1/token', { body: { profile: 'x', user: 'y' }, token: secret() }),
      await this.system.api('GET', `/v1/grants?user=${secret()}&unknown=${secret()}`, { token: this.keys[0] }),
      await this.system.api('GET', `/v1/nothing/${secret()}?access_token=${secret()}`, {
        headers: { 'x-correlation-id': `${secret()} ${secret()}` },
      }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([422, 400, 422, 401, 401, 422, 404]);
    const { id, key } = await this.system.givenRuntimeKey();
    await this.system.asOperator('DELETE', `/v1/runtime-keys/${id}`);
    this.keys.push(key);
    expect((await this.system.api('GET', '/v1/grants?user=x', { token: key })).status).toBe(401);
  }

  /** A worker that dies with the tokens in its memory, and one that takes its place. */
  private async crash(): Promise<void> {
    const [worker] = this.system.workers;
    const consent = await this.begin({});
    await worker?.stop();
    if (worker) await killAt(worker, 'exchange.after-answer', () => void consent.deliver());
    await worker?.start();
    await this.system.db.query(`UPDATE "authorization" SET sent_at = sent_at - interval '31 s' WHERE state = 'exchanging'`); // the clock moves on
    await eventually(async () => expect((await consent.outcome()).status).toBe('outcome_unknown'));
  }
}

/** Error answers of every kind with secrets in every part. */
const echoes: ((secrets: string) => ScriptedAnswer)[] = [
  (secrets) => ({
    status: 400,
    body: { error: 'invalid_grant', error_description: secrets, error_uri: `https://provider.example/${secrets}` },
  }),
  (secrets) => ({ status: 400, body: { error: secrets, [secrets]: secrets } }),
  (secrets) => ({
    status: 401,
    headers: { 'www-authenticate': `Bearer error="${secrets}"` },
    body: { error: 'invalid_client', hint: secrets },
  }),
  (secrets) => ({
    status: 500,
    headers: { 'content-type': 'text/html', 'x-trace': secrets },
    body: `<html><body>${secrets}</body></html>`,
  }),
  (secrets) => ({ status: 302, headers: { location: `https://provider.example/?token=${encodeURIComponent(secrets)}` } }),
];
