import { type CallContext, GuardedClient, type OpenConnection, type OutboundAnswer } from './guarded-client.js';
import { NoAnswer, NotSent, UnreadableAnswer } from './outbound-errors.js';
import type { OutboundLimits } from './outbound-limits.js';
import type { OutboundPolicy } from './outbound-policy.js';

/** How one call ended. Of its URL the host alone. */
export interface OutboundCall {
  host: string;
  result: 'answered' | 'not_sent' | 'no_answer' | 'unreadable';
  /** Why there is no answer, as far as it is known. */
  reason?: string;
  status?: number;
  /** Connecting, and sending to the end of the answer; not what lay between. */
  ms: number;
}

type Ending = Omit<OutboundCall, 'host' | 'ms'>;

/** The guarded client, telling of each call that was tried. A connection that carried no request was no call. */
export class ObservedClient extends GuardedClient {
  constructor(
    policy: OutboundPolicy,
    private readonly onCall: (call: OutboundCall, context?: CallContext) => void,
    limits: Partial<OutboundLimits> = {},
  ) {
    super(policy, limits);
  }

  override async open(url: string, context?: CallContext): Promise<OpenConnection> {
    const host = URL.canParse(url) ? new URL(url).host : '';
    const startedAt = performance.now();
    try {
      const connection = await super.open(url);
      const connectMs = performance.now() - startedAt;
      return this.observed(connection, (ending, ms) => this.onCall({ host, ...ending, ms: connectMs + ms }, context));
    } catch (error) {
      this.onCall({ host, ...endingOf(error), ms: performance.now() - startedAt }, context);
      throw error;
    }
  }

  private observed(connection: OpenConnection, onEnd: (ending: Ending, ms: number) => void): OpenConnection {
    return {
      close: () => connection.close(),
      send: async (...request): Promise<OutboundAnswer> => {
        const startedAt = performance.now();
        const ended = (ending: Ending): void => onEnd(ending, performance.now() - startedAt);
        try {
          const answer = await connection.send(...request);
          ended({ result: 'answered', status: answer.status });
          return answer;
        } catch (error) {
          ended(endingOf(error));
          throw error;
        }
      },
    };
  }
}

function endingOf(error: unknown): Ending {
  if (error instanceof NotSent) return { result: 'not_sent', reason: error.reason };
  if (error instanceof UnreadableAnswer) return { result: 'unreadable', reason: error.reason, status: error.status };
  return { result: 'no_answer', reason: error instanceof NoAnswer ? error.reason : 'internal' };
}
