import { errorCodes } from '@grantkeeper/contracts/error-codes';
import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';
import type { ApiAnswer } from '../../support/api-client.js';

const known: ReadonlySet<string> = new Set(errorCodes);

/** What callers of the API were told. */
export class Heard {
  asked = 0;
  ready = 0;
  /** Grants whose token had ended when it was asked for, or was dead at the provider when it came. */
  readonly useless: string[] = [];
  /** By their codes. */
  readonly problems = new Map<string, number>();
  /** Failures without a code of the closed union, or without a title. */
  readonly uncoded: string[] = [];
  /** Calls that got no answer at all: the process was away. */
  unanswered = 0;
  readonly milliseconds: number[] = [];

  /** Notes any answer of the API. */
  answer({ status, body, text }: ApiAnswer<unknown>): void {
    if (status < 400) return;
    const { code, title } = (typeof body === 'object' ? body : {}) as { code?: string; title?: string };
    if (code === undefined || !known.has(code) || !title) this.uncoded.push(`${status} ${text.slice(0, 200)}`);
    else this.problems.set(code, (this.problems.get(code) ?? 0) + 1);
  }

  /** Notes what came of an ask for a token, begun at `askedAt`. */
  token(answer: ApiAnswer<TokenAnswer>, askedAt: number, isAlive: (accessToken: string) => boolean): void {
    this.asked += 1;
    this.milliseconds.push(Date.now() - askedAt);
    this.answer(answer);
    if (answer.status !== 200 || answer.body.status !== 'ready') return;
    this.ready += 1;
    const { accessToken, expiresAt, grantId } = answer.body;
    const hadEnded = expiresAt !== null && Date.parse(expiresAt) <= askedAt;
    if (hadEnded || !isAlive(accessToken)) this.useless.push(grantId);
  }

  /** The time within which this part of all asks was answered. */
  percentile(part: number): number {
    const sorted = [...this.milliseconds].sort((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  }
}
