import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseAway } from '../database/pool.js';
import type { HeldAnswer } from './held-answer.js';

/** After the database was lost, answers that other workers hold are settled first (docs/flows/refresh.md). */
const heldAnswersSettleWithinMs = 15_000;
const firstRetryMs = 100;
const longestRetryMs = 2_000;

/** Thrown by a settle that must be tried again: another flight of the same grant has to end first, or the row moved while it was prepared. */
export class SettleAgain extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'SettleAgain';
  }
}

/** The exchanges and refreshes under way in this process, and what it knows of the database that must take their answers. */
export class Flights {
  private readonly underway = new Set<Promise<unknown>>();
  /** Since when each answer waits for the database. */
  private readonly held = new Set<{ since: number }>();
  /** Answers with tokens that PostgreSQL has not taken yet, also those whose first try is under way. */
  readonly unsettled = new Set<HeldAnswer>();
  private sendsAllowed = true;
  private isDatabaseLost = false;
  private regainedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly onHeld: (error: Error) => void = () => undefined,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts `work` as a flight until its end. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.underway.add(running);
    try {
      return await running;
    } finally {
      this.underway.delete(running);
    }
  }

  /** Resolves when no flight is under way: a process that ends before may lose answers (ARCHITECTURE.md, rule 5). */
  async idle(): Promise<void> {
    while (this.underway.size > 0) await Promise.allSettled(this.underway);
  }

  /** Runs a read or a mark and notes whether the database is there. */
  async watching<T>(query: () => Promise<T>): Promise<T> {
    try {
      const result = await query();
      if (this.isDatabaseLost) this.regainedAt = this.now();
      this.isDatabaseLost = false;
      return result;
    } catch (error) {
      if (isDatabaseAway(error)) this.databaseLost();
      throw error;
    }
  }

  databaseLost(): void {
    this.isDatabaseLost = true;
  }

  /** Whether a token may be sent again, or a grant given up: not while another worker may be holding the answer. */
  mayActOnSilence(): boolean {
    return !this.isDatabaseLost && this.now() - this.regainedAt >= heldAnswersSettleWithinMs;
  }

  /** Whether a code or token may be sent: not while its answer could not be spilled. */
  maySend(): boolean {
    return this.sendsAllowed;
  }

  allowSends(isAllowed: boolean): void {
    this.sendsAllowed = isAllowed;
  }

  /** The answers that wait for the database, and how long the oldest has. */
  get holding(): { answers: number; oldestSeconds: number } {
    const [oldest] = this.held;
    return { answers: this.held.size, oldestSeconds: oldest ? (this.now() - oldest.since) / 1000 : 0 };
  }

  /**
   * Tries to settle until PostgreSQL has taken it. What `settle` holds is all there is of the answer: only an error that another try cannot mend is thrown.
   * `answer` is what is spilled where the process must end first.
   */
  async untilStored<T>(settle: () => Promise<T>, answer?: HeldAnswer): Promise<T> {
    if (answer) this.unsettled.add(answer);
    try {
      return await this.again(() => this.watching(settle));
    } finally {
      if (answer) this.unsettled.delete(answer);
    }
  }

  /** Tries to seal an answer that has just come, until its assistant's keys can be had. Says nothing of the database: they are open as a rule. */
  untilSealed<T extends HeldAnswer>(seal: () => Promise<T>): Promise<T> {
    return this.again(seal);
  }

  private async again<T>(act: () => Promise<T>): Promise<T> {
    const hold = { since: this.now() };
    try {
      for (let waitMs = firstRetryMs; ; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
        try {
          return await act();
        } catch (error) {
          if (!maySettleLater(error)) throw error;
          if (!(error instanceof SettleAgain)) this.held.add(hold);
          if (waitMs === firstRetryMs && !(error instanceof SettleAgain)) this.onHeld(error as Error);
        }
        await delay(waitMs);
      }
    } finally {
      this.held.delete(hold);
    }
  }
}

/** Classes of SQLSTATE that the same statement may survive at another time: no connection, rolled back, no resources, lock or prerequisite, intervention, system, internal. */
const passing = /^(08|25|40|53|55|57|58|XX)/;
const unreachable = ['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN', 'EMFILE', 'ENFILE', 'ECONNABORTED'];

/** Whether the same settle may succeed at another time. */
export function maySettleLater(error: unknown): boolean {
  if (error instanceof SettleAgain || isDatabaseAway(error)) return true;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && ((code.length === 5 && passing.test(code)) || unreachable.includes(code));
}
