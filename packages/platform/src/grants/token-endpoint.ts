import { retryAfterSeconds, type SendOutcome } from '@grantkeeper/core/grants/answer-class';
import { normaliseTokenAnswer } from '@grantkeeper/core/grants/token-answer';
import type {
  CallContext,
  FirstByteDeadline,
  GuardedClient,
  OpenConnection,
  OutboundAnswer,
  OutboundRequest,
} from '@grantkeeper/outbound/guarded-client';
import { NoAnswer, NotSent, UnreadableAnswer } from '@grantkeeper/outbound/outbound-errors';
import { reached } from '../observability/steps.js';

/** From issuing the mark to the first byte (docs/flows/refresh.md). */
const firstByteWithinMs = 5_000;

/** The flight that a request belongs to, for its steps. */
export interface FlightName {
  kind: 'exchange' | 'refresh';
  id: string;
}

type NotSentOutcome = Extract<SendOutcome, { kind: 'not-sent' }>;

/** Providers' token endpoints over the guarded client. How a request ended is always a value; no text of a request or an answer is in it that is not a token set. */
export class HttpTokenEndpoint {
  constructor(private readonly client: GuardedClient) {}

  /** Connects, before the mark: what fails here has sent nothing. */
  async connect(url: string, context?: CallContext): Promise<OpenConnection | NotSentOutcome> {
    try {
      return await this.client.open(url, context);
    } catch (error) {
      if (error instanceof NotSent) return { kind: 'not-sent', reason: error.reason };
      throw error;
    }
  }

  /** Sends over an opened connection. Never throws: after the mark every end is an outcome. */
  async send(
    connection: OpenConnection,
    request: OutboundRequest,
    deadline: FirstByteDeadline,
    { kind, id }: FlightName,
  ): Promise<SendOutcome> {
    try {
      const answer = await connection.send(request, deadline, () => reached(`${kind}.after-first-byte`, id));
      reached(`${kind}.after-answer`, id);
      return outcomeOf(answer);
    } catch (error) {
      return withoutAnswer(error);
    }
  }
}

/** The last moment for the first byte, by both clocks; taken before the mark is issued. */
export function firstByteDeadline(): FirstByteDeadline {
  return { firstByteBy: performance.now() + firstByteWithinMs, firstByteByWall: Date.now() + firstByteWithinMs };
}

export function isNotSent(connected: OpenConnection | NotSentOutcome): connected is NotSentOutcome {
  return 'kind' in connected;
}

function outcomeOf({ status, headers, body }: OutboundAnswer): SendOutcome {
  const answer = normaliseTokenAnswer(status, headers, body);
  const retryAfter = retryAfterSeconds(headers['retry-after'], Date.now());
  return { kind: 'answer', answer, status, ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }) };
}

function withoutAnswer(error: unknown): SendOutcome {
  if (error instanceof NotSent) return { kind: 'not-sent', reason: error.reason };
  if (error instanceof NoAnswer) return { kind: 'no-answer', reason: error.reason };
  if (error instanceof UnreadableAnswer) return unreadable(error);
  return { kind: 'no-answer', reason: 'internal' }; // not "not sent": nothing proves it
}

/** A status that speaks of the server or its limits is an answer, whatever stands below it; any other says nothing without its body. */
function unreadable({ status, reason }: UnreadableAnswer): SendOutcome {
  if (status === undefined || !(status >= 500 || status === 429)) return { kind: 'no-answer', reason: `unreadable_${reason}` };
  return { kind: 'answer', status, answer: { kind: 'error', status, error: '' } };
}
