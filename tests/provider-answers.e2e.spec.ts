import type { AuthorizationView } from '@grantkeeper/contracts/authorizations/http';
import type { GrantView } from '@grantkeeper/contracts/grants/http';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiAnswer } from './support/api-client.js';
import { Browser } from './support/browser.js';
import { eventually } from './support/eventually.js';
import type { ScriptedAnswer } from './support/scripted-provider/scripted-answer.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { ageToken, expireToken } from './support/token-age.js';

type Row = readonly [name: string, answer: ScriptedAnswer];

const problemJson = { 'content-type': 'application/problem+json' };
/** Complete answers that say nothing against the grant: the provider or what stands before it has a problem (F14). */
const passing: Row[] = [
  ['500 with HTML', 500],
  ['502 with HTML', 502],
  ['503 with Retry-After in seconds', 503],
  ['503 with a date', { status: 503, headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() } }],
  ['429 with Retry-After', 429],
  ['500 with invalid_grant', { status: 500, body: { error: 'invalid_grant' } }],
];
/** No complete answer, or none that can be read: the code or token may be spent (F15, F16). */
const unknown: Row[] = [
  ['silence', 'hang'],
  ['a reset', 'reset-before-answer'],
  ['half an answer', 'half-answer'],
  ['one byte a second', 'trickle'],
  ['headers that never end', 'slow-headers'],
  ['512 KiB of headers', 'huge-headers'],
  ['64 MiB', 'huge'],
  ['a gzip bomb', 'gzip-bomb'],
  ['200 with HTML', 'html-200'],
  ['200 without a body', { status: 200, processed: true }],
  ['200 without an access token', { amend: { access_token: undefined } }],
];
/** A word against the code or the refresh token. */
const refusing: Row[] = [
  ['400 invalid_grant', { status: 400, body: { error: 'invalid_grant' } }],
  ['200 with an error', 'error-200'],
  ['403 invalid_code', { status: 403, body: { error: 'invalid_code' } }],
];
const redirecting: Row[] = [
  ['302', 'redirect-302'],
  ['303', 'redirect-303'],
  ['307', 'redirect-307'],
  ['308', 'redirect-308'],
];
/** Deviations that are good answers all the same. */
const good: Row[] = [
  ['form-encoded', 'form-encoded'],
  ['JSON that calls itself HTML', 'wrong-content-type'],
  ['without expires_in', 'no-expires-in'],
  ['a token type in odd case', 'token-type-case'],
  ['expires_in as text', { amend: { expires_in: '3600' } }],
  ['expires_in 0', { amend: { expires_in: 0 } }],
  ['without a token type', { amend: { token_type: undefined } }],
];
const badClient: Row = ['401 invalid_client', { status: 401, body: { error: 'invalid_client' } }];
const badScope: Row = ['400 invalid_scope', { status: 400, body: { error: 'invalid_scope' } }];
const macToken: Row = ['a MAC token', { amend: { token_type: 'mac' } }];
const wordless: Row[] = [
  ['an empty 400', 'empty-400'],
  ['400 with a problem', { status: 400, headers: problemJson, body: { title: 'Bad Request' } }],
];

type Of<T> = readonly (readonly [name: string, answer: ScriptedAnswer, expected: T])[];
function all<const T>(rows: readonly Row[], expected: T): Of<T> {
  return rows.map(([name, answer]) => [name, answer, expected] as const);
}

const exchanges: Of<Partial<AuthorizationView>> = [
  ...all(passing, { status: 'failed', reason: 'provider_error' }),
  ...all(redirecting, { status: 'failed', reason: 'provider_error' }),
  ...all(refusing, { status: 'failed', reason: 'code_refused' }),
  ...all([badClient], { status: 'failed', reason: 'client_refused' }),
  ...all([badScope, ...wordless], { status: 'failed', reason: 'provider_refused' }),
  ...all([macToken], { status: 'failed', reason: 'unreadable_answer' }),
  ...all(unknown, { status: 'outcome_unknown', reason: null }),
  ...all(good, { status: 'consented', reason: null }),
];

type AfterRefresh = { grant: Partial<GrantView>; valid: 'old token' | 'new token' | 'reconnect'; expired: object };
const unavailable = { status: 503, body: { code: 'providers.unavailable' } };
const misconfigured = { status: 409, body: { code: 'providers.configuration' } };
const reconnect = { status: 200, body: { status: 'reconnect_required', reason: 'invalid_grant' } };
const active = { status: 'active', lastFailure: expect.any(String) } as unknown as Partial<GrantView>;

const refreshes: Of<AfterRefresh> = [
  ...all([...passing, ...unknown], { grant: active, valid: 'old token', expired: unavailable }),
  ...all([badClient, badScope, macToken, ...redirecting], { grant: active, valid: 'old token', expired: misconfigured }),
  ...all([...refusing, ...wordless], {
    grant: { status: 'reconnect_required', reason: 'invalid_grant' },
    valid: 'reconnect',
    expired: reconnect,
  }),
  ...all(good, {
    grant: { status: 'active', lastFailure: null, tokenVersion: 2 },
    valid: 'new token',
    expired: { status: 200, body: { status: 'ready', tokenVersion: 2 } },
  }),
];

describe('whatever a token endpoint answers', () => {
  let system: System;
  let key: string;
  const providers: ScriptedProvider[] = [];
  const outcomes = new Map<string, Promise<Exchanged>>();
  const refreshed = new Map<string, Promise<Refreshed>>();

  /** All rows are under way at once, each with a provider of its own; every test awaits its own row. */
  beforeAll(async () => {
    system = await startSystem({ api: 1, worker: 2 });
    key = (await system.givenRuntimeKey()).key;
    for (const [name, answer] of exchanges) outcomes.set(name, begun(exchangeAnswered(answer)));
    for (const [name, answer] of refreshes) refreshed.set(name, begun(refreshAnswered(answer)));
  });
  afterAll(async () => {
    await system?.stop();
    await Promise.all(providers.map((provider) => provider.stop()));
  });

  async function given(): Promise<{ provider: ScriptedProvider; profile: ProfileView }> {
    const provider = await startScriptedProvider({ mode: 'strict' });
    providers.push(provider);
    return { provider, profile: await system.givenProfile(provider) };
  }

  interface Exchanged {
    provider: ScriptedProvider;
    authorization: AuthorizationView;
    pageStatus: number;
  }
  async function exchangeAnswered(answer: ScriptedAnswer): Promise<Exchanged> {
    const { provider, profile } = await given();
    provider.answerNextToken(answer, 100);
    const { body } = await system.askToken({ profile: profile.id, user: 'someone' }, key);
    if (body.status !== 'consent_required' || !body.signInUrl) throw new Error('expected a sign-in link');
    const page = new Browser().consent(body.signInUrl, provider);
    const authorization = await eventually(() => ended(body.authorizationId ?? ''), { withinMs: 50_000, everyMs: 500 });
    return { provider, authorization, pageStatus: (await page).status };
  }

  async function ended(authorizationId: string): Promise<AuthorizationView> {
    const { body } = await system.api<AuthorizationView>('GET', `/v1/authorizations/${authorizationId}`, { token: key });
    expect(['waiting', 'consenting', 'code_received', 'exchanging']).not.toContain(body.status);
    return body;
  }

  interface Asked {
    answer: ApiAnswer<Record<string, unknown>>;
    tookMs: number;
    grant: GrantView;
    oldToken: string;
    /** Refreshes that had arrived when the answer came, of this grant alone. */
    requests: number;
    provider: ScriptedProvider;
  }
  interface Refreshed {
    valid: Asked;
    expired: Asked;
  }
  async function refreshAnswered(answer: ScriptedAnswer): Promise<Refreshed> {
    /** At a provider of its own: a 429 to one grant would keep the other waiting. */
    const asked = async (endsInSeconds: number, minTtlSeconds?: number): Promise<Asked> => {
      const { provider, profile } = await given();
      const { user, ready } = await system.givenGrant(provider, { profile, key });
      provider.answerNextToken(answer, 100, 'refresh_token');
      const refreshToken = provider.newestRefreshToken(ready.accessToken) ?? '';
      await (endsInSeconds < 0 ? expireToken(system, ready.grantId) : ageToken(system, ready.grantId, endsInSeconds));
      const began = performance.now();
      const got = await system.askToken({ profile: profile.id, user, minTtlSeconds }, key);
      const tookMs = performance.now() - began;
      const requests = provider.tokenRequests({ refreshToken }).length;
      const { body } = await system.api<GrantView>('GET', `/v1/grants/${ready.grantId}`, { token: key });
      return { answer: got as Asked['answer'], tookMs, grant: body, oldToken: ready.accessToken, requests, provider };
    };
    const [valid, expired] = await Promise.all([asked(300, 600), asked(-1)]);
    return { valid, expired };
  }

  describe('to a refresh', () => {
    it.each(refreshes)(
      '%s: the old token is served while it is valid, the grant says what happened',
      async (name, _, expected) => {
        const { valid } = (await refreshed.get(name)) as Refreshed;

        const { status, accessToken } = valid.answer.body;
        const got = status !== 'ready' ? 'reconnect' : accessToken === valid.oldToken ? 'old token' : 'new token';
        expect(`${got} (${valid.answer.status})`).toBe(`${expected.valid} (200)`);
        expect(valid.grant).toMatchObject(expected.grant);
        expect(valid.tookMs).toBeLessThan(14_000);
        expect(valid.requests).toBe(1);
      },
    );

    it.each(refreshes)('%s: an expired token is not handed out, and the answer says why', async (name, _, expected) => {
      const { expired } = (await refreshed.get(name)) as Refreshed;

      expect(expired.answer).toMatchObject(expected.expired);
      expect(expired.answer.headers.has('retry-after')).toBe(expired.answer.status === 503);
      expect(expired.grant).toMatchObject(expected.grant);
      expect(expired.tookMs).toBeLessThan(14_000);
      expect(expired.requests).toBe(1);
      expect(notToTheTokenEndpoint(expired.provider)).toEqual([]);
    });
  });

  describe('to an exchange', () => {
    it.each(exchanges)('%s: the authorization ends in its class after one token request', async (name, _, expected) => {
      const { provider, authorization, pageStatus } = (await outcomes.get(name)) as Exchanged;

      expect(authorization).toMatchObject(expected);
      expect(provider.tokenRequests()).toHaveLength(1);
      expect(notToTheTokenEndpoint(provider)).toEqual([]);
      expect(pageStatus).toBeLessThan(500);
    });
  });

  it('no process ends or says that something went wrong on our side', async () => {
    await Promise.all([...outcomes.values(), ...refreshed.values()]);

    expect(system.processes.filter(({ isRunning }) => !isRunning).map(({ name }) => name)).toEqual([]);
    expect(
      system.logs.filter(({ json, stream }) => stream === 'stderr' || Number(json?.level) >= 50).map(({ text }) => text),
    ).toEqual([]);
  });
});

/** Where a redirect was followed to, if it was. */
function notToTheTokenEndpoint(provider: ScriptedProvider): string[] {
  return provider.requests.map(({ path }) => path).filter((path) => path !== '/token');
}

/** Awaited later: until then its failure is not one that nobody handles. */
function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
