import type { RecordedCall } from '@grantkeeper/contracts/test-runs/http';
import { maskedCall } from '@grantkeeper/core/test-runs/exchange-record';
import type { Reading } from '@grantkeeper/core/test-runs/observation';
import type { CallContext, GuardedClient, OutboundAnswer, OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import { NoAnswer, NotSent, UnreadableAnswer } from '@grantkeeper/outbound/outbound-errors';

type Failure = Exclude<Reading, { kind: 'answer' }>;

/** How one request ended: the answer where a complete one came, else what kept it from coming; and how long it took. */
export type Called = ({ answer: OutboundAnswer; failure: null } | { answer: null; failure: Failure }) & { ms: number };

/** What all calls of one part of a run may take together; the last of them may have been connecting for up to 5 s more. */
const partMs = 10_000;

/** Makes the requests of one part of a test run through the guarded client, and makes records of them that hold no secret. */
export class CallRecorder {
  private readonly endsAt = performance.now() + partMs;
  private readonly secrets: string[];

  constructor(
    private readonly client: GuardedClient,
    private readonly context: CallContext,
    /** Values that must not be seen in a record, in whatever spelling. */
    ...secrets: (string | null)[]
  ) {
    this.secrets = secrets.filter((secret) => secret !== null);
  }

  /** From now on these are masked too. */
  hide(...secrets: (string | null)[]): void {
    this.secrets.push(...secrets.filter((secret) => secret !== null));
  }

  /** Never throws what is the provider's fault. */
  async call(url: string, request: OutboundRequest): Promise<Called> {
    const startedAt = performance.now();
    let overdue = false;
    const ms = (): number => Math.round(performance.now() - startedAt);
    try {
      const connection = await this.client.open(url, this.context);
      const cut = (): void => {
        overdue = true;
        connection.close();
      };
      const timer = setTimeout(cut, Math.max(0, this.endsAt - performance.now()));
      try {
        return { answer: await connection.send(request), failure: null, ms: ms() };
      } finally {
        clearTimeout(timer);
        connection.close();
      }
    } catch (error) {
      return { answer: null, failure: overdue ? { kind: 'no-answer', reason: 'timeout' } : failureOf(error), ms: ms() };
    }
  }

  /** The call as it may be kept and shown. `mayHoldTokens`: its answer may give tokens of a person, under any name. */
  record(
    url: string,
    { method, headers, body }: OutboundRequest,
    { answer, failure, ms }: Called,
    mayHoldTokens = false,
  ): RecordedCall {
    const call = {
      method,
      url,
      requestHeaders: headers,
      requestBody: body ?? null,
      status: answer?.status ?? (failure?.kind === 'unreadable' ? failure.status : null),
      responseHeaders: answer?.headers ?? {},
      responseBody: answer?.body ?? null,
      failure: failure === null ? null : `${failure.kind}: ${failure.reason}`,
      ms,
    };
    return maskedCall(call, this.secrets, mayHoldTokens);
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof NotSent) return { kind: 'not-sent', reason: error.reason, code: error.code };
  if (error instanceof NoAnswer) return { kind: 'no-answer', reason: error.reason };
  if (error instanceof UnreadableAnswer) return { kind: 'unreadable', reason: error.reason, status: error.status ?? null };
  throw error;
}
