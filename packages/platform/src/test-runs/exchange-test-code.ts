import type { Diagnosis, RecordedCall } from '@grantkeeper/contracts/test-runs/http';
import { normaliseTokenAnswer, readTokens, type TokenSet } from '@grantkeeper/core/grants/token-answer';
import { originPattern } from '@grantkeeper/core/profiles/profile-urls';
import { diagnosisOf, judgeStep } from '@grantkeeper/core/test-runs/diagnose';
import type { TestFacts } from '@grantkeeper/core/test-runs/observation';
import { checkToken } from '@grantkeeper/core/test-runs/token-check';
import type { PinnedRequest } from '../authorizations/authorization.store.js';
import type { Sql } from '../database/pool.js';
import { clientRequest, codeRequest, type RequestingClient } from '../grants/token-request.js';
import { reached } from '../observability/steps.js';
import type { CallRecorder } from './call-recorder.js';
import type { MarkedTestExchange } from './test-run-marks.js';
import { clockWarning, readingOf, type StepOutcome, type TestSteps } from './test-steps.js';

/** What is sent: the code as it was brought, with what was pinned when the person set out. */
export interface TestExchange {
  pinned: PinnedRequest;
  /** The pinned one, its placeholders filled. */
  tokenUrl: string;
  client: RequestingClient;
  code: string;
  codeVerifier: string | null;
  revocationUrl: string | null;
}

export interface ExchangeOutcome {
  failure: Diagnosis | null;
  warnings: Diagnosis[];
}

/** The second part of a test run: the code is exchanged once, the token looked at and thrown away. It is never stored, and nothing but this process ever has it. */
export class ExchangeTestCode {
  private readonly warnings: Diagnosis[] = [];

  constructor(
    private readonly sql: Sql,
    private readonly steps: TestSteps,
    private readonly recorder: CallRecorder,
    private readonly run: MarkedTestExchange,
  ) {}

  async execute(exchange: TestExchange): Promise<ExchangeOutcome> {
    let tokens: TokenSet | null = null;
    const exchanged = await this.steps.take('exchange', async () => {
      const sent = await this.send(exchange);
      tokens = sent.tokens;
      return sent.outcome;
    });
    if (tokens === null) return { failure: exchanged.diagnosis, warnings: this.warnings };
    return { failure: await this.check(exchange, tokens), warnings: this.warnings };
  }

  private async send({
    pinned,
    tokenUrl,
    client,
    code,
    codeVerifier,
  }: TestExchange): Promise<{ outcome: StepOutcome; tokens: TokenSet | null }> {
    const request = codeRequest(client, { code, redirectUri: pinned.redirectUri, codeVerifier });
    const called = await this.recorder.call(tokenUrl, request);
    reached('test-run.after-answer', this.run.id);
    const { answer } = called;
    const normalised = answer && normaliseTokenAnswer(answer.status, answer.headers, answer.body);
    const tokens = normalised?.kind === 'tokens-json' ? readTokens(normalised.json) : null;
    this.recorder.hide(tokens?.accessToken ?? null, tokens?.refreshToken ?? null, tokens?.idToken ?? null);
    const clock = clockWarning(called, 'exchange');
    if (clock !== null) this.warnings.push(clock);
    const judged = judgeStep({ step: 'exchange', host: new URL(tokenUrl).host, reading: readingOf(called) }, factsOf(pinned));
    return { outcome: { ...judged, calls: [this.recorder.record(tokenUrl, request, called, true)] }, tokens };
  }

  private async check(exchange: TestExchange, tokens: TokenSet): Promise<Diagnosis | null> {
    const { clientId, issuer, authorizationUrl, scope } = exchange.pinned;
    const checked = checkToken(tokens, { clientId, issuer, authorizationUrl, scope });
    this.warnings.push(...checked.warnings);
    const diagnosis = checked.failure ?? checked.warnings[0] ?? null;
    await this.steps.take('token', async () => ({
      result: checked.failure ? 'failed' : diagnosis ? 'unclear' : 'passed',
      diagnosis,
      calls: [],
    }));
    const keeps = await this.mayHaveGrant(checked.subject);
    const { revocationUrl } = exchange;
    const thrownAway = await this.steps.take(
      'throw_away',
      revocationUrl === null || keeps ? null : () => this.throwAway(revocationUrl, exchange.client, tokens),
    );
    if (thrownAway.diagnosis) this.warnings.push(thrownAway.diagnosis);
    return checked.failure;
  }

  /** Whoever tested has a grant of this profile, or may have as nobody is named: some providers end a person's whole consent with any of its tokens. */
  private async mayHaveGrant(subject: string | null): Promise<boolean> {
    const { rowCount } = await this.sql.query({
      name: 'may-have-grant',
      text: `SELECT FROM "grant" WHERE profile_id = $1 AND (subject = $2::text) IS NOT FALSE AND status <> 'ended' LIMIT 1`,
      values: [this.run.profileId, subject],
    });
    return rowCount === 1;
  }

  /** RFC 7009 section 2.1, refresh token first. */
  private async throwAway(url: string, client: RequestingClient, tokens: TokenSet): Promise<StepOutcome> {
    const calls: RecordedCall[] = [];
    const wanted = [
      ...(tokens.refreshToken === null ? [] : [[tokens.refreshToken, 'refresh_token'] as const]),
      [tokens.accessToken, 'access_token'] as const,
    ];
    for (const [token, hint] of wanted) {
      const request = clientRequest(client, { token, token_type_hint: hint });
      const called = await this.recorder.call(url, request);
      calls.push(this.recorder.record(url, request, called, true));
      const { answer } = called;
      if (answer === null || answer.status < 200 || answer.status > 299) {
        const why = answer === null ? called.failure.reason : `status ${answer.status}`;
        return { result: 'unclear', diagnosis: diagnosisOf('not_revoked', 'throw_away', `${new URL(url).host}: ${why}`), calls };
      }
    }
    return { result: 'passed', diagnosis: null, calls };
  }
}

function factsOf({ clientAuthentication, pkce }: PinnedRequest): TestFacts {
  return {
    method: clientAuthentication.method,
    pkce,
    clientLetIn: true,
    clientRefused: false,
    methodThatWorks: null,
    discoveredUrl: null,
  };
}

/** Whether the token may be revoked where the profile says: only at an origin that was pinned with the consent. */
export function revokesAtPinnedOrigin({ definition, pinned }: MarkedTestExchange): boolean {
  return pinned.origins.includes(originPattern(definition, definition.advanced.revocationUrl ?? '') ?? '');
}
