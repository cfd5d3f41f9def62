import { randomBytes } from 'node:crypto';
import type { ClientAuthentication } from '@grantkeeper/contracts/profiles/http';
import type { Diagnosis, RecordedCall, TestStepName } from '@grantkeeper/contracts/test-runs/http';
import { mergeIntoQuery } from '@grantkeeper/core/authorizations/authorization-request';
import {
  clientAuthenticationOf,
  extraAuthorizationParameters,
  type ProfileDefinition,
  pkceOf,
  scopeParameter,
} from '@grantkeeper/core/profiles/profile';
import { readAuthorizationAnswer } from '@grantkeeper/core/test-runs/authorization-page';
import { diagnosisOf, judgeStep, letsIn } from '@grantkeeper/core/test-runs/diagnose';
import { refusesClient } from '@grantkeeper/core/test-runs/diagnosis-rules';
import { checkDiscovery, type DiscoveryVerdict } from '@grantkeeper/core/test-runs/discovery-check';
import type { Reading, TestFacts } from '@grantkeeper/core/test-runs/observation';
import { isAboutCode } from '@grantkeeper/core/test-runs/refusal-hints';
import type { OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import { clientRequest, codeRequest, lacksSecret, type RequestingClient, refreshRequest } from '../grants/token-request.js';
import type { Called, CallRecorder } from './call-recorder.js';
import { clockWarning, readingOf, type StepOutcome, type TestSteps } from './test-steps.js';

/** What can be said of a profile without a user. The failure is the first in the order of the steps; all else is told beside it. */
export interface CheckOutcome {
  failure: Diagnosis | null;
  warnings: Diagnosis[];
  /** The provider refuses the present client secret and takes the next one. */
  takenSecret: boolean;
}

/** What is tested: a profile's definition with its client, and where the browser would come back to. */
export interface TestSubject {
  definition: ProfileDefinition;
  client: RequestingClient;
  redirectUri: string;
  /** Tried where the present one is refused; null where there is none. */
  nextClientSecret: string | null;
}

/** What came of a made-up code, and the client as the provider took it. */
interface AskedClient {
  reading: Reading;
  client: RequestingClient;
  methodThatWorks: string | null;
  tookNext: boolean;
  calls: RecordedCall[];
}

/** Whoever refuses a made-up code as such knows the client. */
const isKnown = (reading: Reading): boolean => reading.kind === 'answer' && isAboutCode(reading.error);

const get = { method: 'GET' as const, headers: { accept: 'application/json', 'user-agent': 'grantkeeper' } };
const getPage = { method: 'GET' as const, headers: { accept: 'text/html,application/xhtml+xml', 'user-agent': 'grantkeeper' } };
const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

/**
 * The first part of a test run: every URL is asked something that a real request would ask, with values that are made up, all at the same time. A code that
 * was made up must be refused as such; whoever refuses the client instead does not know it.
 */
export class CheckSettings {
  private readonly clocks: Diagnosis[] = [];
  /** Each of them is asked once, whoever wants to know first: what one says explains another's refusal. */
  private readonly discovered = once(() => this.readDiscovery());
  private readonly authorization = once(() => this.askAuthorization());
  private readonly client = once(() => this.askClient());

  constructor(
    private readonly steps: TestSteps,
    private readonly recorder: CallRecorder,
    private readonly subject: TestSubject,
  ) {}

  async run(): Promise<CheckOutcome> {
    const { definition } = this.subject;
    const { refreshUrl, tokenUrl } = definition;
    const { discoveryUrl, revocationUrl } = definition.advanced;
    const outcomes = await Promise.all([
      this.steps.take('authorization', () => this.judgeAuthorization()),
      this.steps.take('client', () => this.judgeClient()),
      // Made-up tokens: those of refresh must be refused as such; RFC 7009 section 2.2 takes any.
      this.formStep('refresh', refreshUrl === tokenUrl ? null : refreshUrl, (client) => refreshRequest(client, random(32))),
      this.formStep('revocation', revocationUrl ?? null, (client) =>
        clientRequest(client, { token: random(32), token_type_hint: 'refresh_token' }),
      ),
      this.steps.take('discovery', discoveryUrl === undefined ? null : async () => (await this.discovered()).outcome),
    ]);
    const failure = outcomes.find(({ result }) => result === 'failed')?.diagnosis ?? null;
    const found = [...outcomes.flatMap(({ diagnosis }) => diagnosis ?? []), ...this.clocks.slice(0, 1)];
    const takenSecret = (await this.client())?.tookNext === true;
    return { failure, warnings: found.filter((one) => one !== failure), takenSecret };
  }

  private async readDiscovery(): Promise<{ outcome: StepOutcome; told: DiscoveryVerdict | null }> {
    const { definition } = this.subject;
    const url = definition.advanced.discoveryUrl;
    if (url === undefined) return { outcome: { result: 'skipped', diagnosis: null, calls: [] }, told: null };
    const asked = await this.ask('discovery', url, get);
    const { answer } = asked.called;
    const judged = judgeStep({ step: 'discovery', host: hostOf(url), reading: readingOf(asked.called) }, this.facts());
    if (judged.result !== 'passed' || answer === null) return { outcome: { ...judged, calls: asked.calls }, told: null };
    const told = checkDiscovery(url, answer.body, definition);
    return { outcome: { result: told.result, diagnosis: told.diagnosis, calls: asked.calls }, told };
  }

  /** The authorization request as a browser would bring it (RFC 6749 section 4.1.1): a refusal of client, redirect URI or scope comes before any sign-in. */
  private async askAuthorization(): Promise<{ reading: Reading; calls: RecordedCall[] }> {
    const { definition, redirectUri } = this.subject;
    const { called, calls } = await this.ask('authorization', authorizationRequest(definition, redirectUri), getPage);
    const { answer, failure } = called;
    if (answer === null) return { reading: failure, calls };
    return { reading: readAuthorizationAnswer(answer.status, answer.headers, answer.body, redirectUri), calls };
  }

  private async judgeAuthorization(): Promise<StepOutcome> {
    const { authorizationUrl } = this.subject.definition;
    const { reading, calls } = await this.authorization();
    const asked = await this.client();
    const facts = this.facts({
      clientRefused: asked !== null && refusesClient(asked.reading),
      discoveredUrl: otherThan(authorizationUrl, (await this.discovered()).told?.authorizationUrl),
    });
    return { ...judgeStep({ step: 'authorization', host: hostOf(authorizationUrl), reading }, facts), calls };
  }

  /** A made-up code (RFC 6749 section 4.1.3). Where the client is refused: with the next secret, then whether it is known when it authenticates otherwise. Null without a secret. */
  private async askClient(): Promise<AskedClient | null> {
    const { client, nextClientSecret } = this.subject;
    if (lacksSecret(client)) return null;
    const calls: RecordedCall[] = [];
    const reading = await this.askWithCode(client, calls);
    const asked = { reading, client, methodThatWorks: null, tookNext: false, calls };
    if (!refusesClient(reading)) return asked;
    const renewed = { ...client, clientSecret: nextClientSecret };
    const next = nextClientSecret === null ? null : await this.askWithCode(renewed, calls);
    if (next !== null && isKnown(next)) return { ...asked, reading: next, client: renewed, tookNext: true };
    return { ...asked, methodThatWorks: await this.otherMethod(calls) };
  }

  private async judgeClient(): Promise<StepOutcome> {
    const { tokenUrl } = this.subject.definition;
    const asked = await this.client();
    if (asked === null)
      return { result: 'failed', diagnosis: diagnosisOf('secret_missing', 'client', 'no client secret is stored'), calls: [] };
    const { reading, methodThatWorks, tookNext, calls } = asked;
    const facts = this.facts({
      methodThatWorks,
      clientLetIn: letsIn((await this.authorization()).reading),
      discoveredUrl: otherThan(tokenUrl, (await this.discovered()).told?.tokenUrl),
    });
    const judged = judgeStep({ step: 'client', host: hostOf(tokenUrl), reading }, facts);
    if (!tookNext || judged.diagnosis !== null) return { ...judged, calls };
    const diagnosis = diagnosisOf(
      'next_secret_taken',
      'client',
      `${hostOf(tokenUrl)} refuses the present secret and takes the next`,
    );
    return { result: 'passed', diagnosis, calls };
  }

  private async otherMethod(calls: RecordedCall[]): Promise<string | null> {
    const { client } = this.subject;
    for (const authentication of otherMethods(client)) {
      const reading = await this.askWithCode({ ...client, authentication }, calls);
      if (isKnown(reading)) {
        const { method, basicEncoding } = authentication;
        return method === 'client_secret_basic' ? `${method} (${basicEncoding})` : method;
      }
    }
    return null;
  }

  private async askWithCode(client: RequestingClient, calls: RecordedCall[]): Promise<Reading> {
    const { definition, redirectUri } = this.subject;
    const codeVerifier = pkceOf(definition) === 'S256' ? random(32) : null;
    const asked = await this.ask(
      'client',
      definition.tokenUrl,
      codeRequest(client, { code: random(24), redirectUri, codeVerifier }),
    );
    calls.push(...asked.calls);
    return readingOf(asked.called);
  }

  /** As the client that was taken; where it was not, or the token endpoint said nothing, there is nothing more to learn. */
  private async formStep(
    step: 'refresh' | 'revocation',
    url: string | null,
    request: (client: RequestingClient) => OutboundRequest,
  ): Promise<StepOutcome> {
    const asked = url === null ? null : await this.client();
    if (url === null || asked === null || asked.reading.kind !== 'answer' || refusesClient(asked.reading))
      return this.steps.take(step, null);
    return this.steps.take(step, async () => {
      const { called, calls } = await this.ask(step, url, request(asked.client));
      return { ...judgeStep({ step, host: hostOf(url), reading: readingOf(called) }, this.facts()), calls };
    });
  }

  private async ask(
    step: TestStepName,
    url: string,
    request: OutboundRequest,
  ): Promise<{ called: Called; calls: RecordedCall[] }> {
    const called = await this.recorder.call(url, request);
    const clock = clockWarning(called, step);
    if (clock !== null) this.clocks.push(clock);
    const mayHoldTokens = request.method === 'POST' && (called.answer?.status ?? 0) < 300; // also a mock's
    return { called, calls: [this.recorder.record(url, request, called, mayHoldTokens)] };
  }

  private facts(more: Partial<TestFacts> = {}): TestFacts {
    const { definition } = this.subject;
    const { method } = clientAuthenticationOf(definition);
    return {
      method,
      pkce: pkceOf(definition),
      clientLetIn: false,
      clientRefused: false,
      methodThatWorks: null,
      discoveredUrl: null,
      ...more,
    };
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= work();
    return begun;
  };
}

const otherThan = (ours: string, told: string | null | undefined): string | null => (told && told !== ours ? told : null);

function authorizationRequest(definition: ProfileDefinition, redirectUri: string): string {
  const scope = scopeParameter(definition);
  const parameters: [string, string][] = [
    ['response_type', 'code'],
    ['client_id', definition.clientId],
    ['redirect_uri', redirectUri],
    ...(scope === '' ? [] : [['scope', scope] as [string, string]]),
    ['state', random(32)],
    ...extraAuthorizationParameters(definition),
  ];
  if (pkceOf(definition) === 'S256') parameters.push(['code_challenge', random(32)], ['code_challenge_method', 'S256']);
  return mergeIntoQuery(definition.authorizationUrl, parameters);
}

/** Two more at most: some providers lock a client after a few wrong tries. */
function otherMethods({ authentication, clientId, clientSecret }: RequestingClient): Required<ClientAuthentication>[] {
  const { method, basicEncoding } = authentication;
  if (method === 'none' || clientSecret === null) return [];
  if (method === 'client_secret_post') return [{ method: 'client_secret_basic', basicEncoding: 'form' }];
  const spelledTheSame = [clientId, clientSecret].every((text) => new URLSearchParams({ v: text }).toString() === `v=${text}`);
  const otherEncoding = basicEncoding === 'form' ? 'raw' : 'form';
  return [
    { method: 'client_secret_post', basicEncoding },
    ...(spelledTheSame ? [] : [{ method: 'client_secret_basic' as const, basicEncoding: otherEncoding as 'raw' | 'form' }]),
  ];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
