import { GuardedClient, type OpenConnection, type OutboundAnswer } from './guarded-client.js';
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
    private readonly onCall: (call: OutboundCall) => void,
    limits: Partial<OutboundLimits> = {},
  ) {
    super(policy, limits);
  }

  override async open(url: string): Promise<OpenConnection> {
    const host = URL.canParse(url) ? new URL(url).host : '';
    const startedAt = performance.now();
    try {
      const connection = await super.open(url);
      return this.observed(connection, host, performance.now() - startedAt);
    } catch (error) {
      this.onCall({ host, ...endingOf(error), ms: performance.now() - startedAt });
      throw error;
    }
  }

  private observed(connection: OpenConnection, host: string, connectMs: number): OpenConnection {
    return {
      close: () => connection.close(),
      send: async (...request): Promise<OutboundAnswer> => {
        const startedAt = performance.now();
        const ended = (ending: Ending): void => this.onCall({ host, ...ending, ms: connectMs + performance.now() - startedAt });
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
