import type { ReconnectReason } from '@grantkeeper/contracts/grants/http';
import { configurationFailure } from '@grantkeeper/core/grants/answer-class';
import type pg from 'pg';
import { type Settlement, settling } from '../flights/settlement.js';
import { mayProbe, noteFault } from '../profiles/profile-fault.js';
import { configurationSeconds } from './next-try.js';
import type { RefreshTry } from './refresh-flights.js';
import { recordFailure, recordReconnect } from './refresh-settles.js';

const asRead = `id = $1 AND version = $2 AND status = 'active' AND attempt IS NOT DISTINCT FROM $3::uuid`;

/** What is stored of a refresh that ends before its mark. Each leaves the mark that was read as it is, and does nothing where the grant has moved. */
export class HoldBackRefresh {
  constructor(private readonly pool: pg.Pool) {}

  /** Tries again after a while. */
  postpone(trial: RefreshTry, failure: string, seconds: number): Promise<void> {
    return this.settle(trial, async (settlement, key) => {
      const { rows } = await settlement.sql.query<{ due_at: Date; now: Date }>({
        name: 'refresh-postpone',
        text: `UPDATE "grant" SET due_at = now() + make_interval(secs => $4), queued_until = NULL, failures = failures + 1, last_failure = $5
               WHERE ${asRead} RETURNING due_at, now()`,
        values: [...key, seconds, failure],
      });
      recordFailure(settlement, trial, rows[0], failure);
    });
  }

  /** Of all grants of a profile with a fault one tries, every five minutes, whether it still stands; the others wait without asking the provider. */
  async stopsAtFault(trial: RefreshTry, fault: string): Promise<boolean> {
    if (await mayProbe(this.pool, trial.read.profileId)) return false;
    const failure = `${configurationFailure}:${fault}`;
    await this.settle(trial, async (settlement, key) => {
      const { rows } = await settlement.sql.query<{ due_at: Date; now: Date }>({
        name: 'refresh-park',
        text: `UPDATE "grant" SET due_at = now() + make_interval(secs => $4), queued_until = NULL, failures = failures + 1, last_failure = $5
               WHERE ${asRead} RETURNING due_at, now()`,
        values: [...key, configurationSeconds, failure],
      });
      if (trial.read.lastFailure !== failure) recordFailure(settlement, trial, rows[0], failure);
    });
    return true;
  }

  /** A fault that only people mend: tried again after five minutes, and noted where it is the whole profile's. */
  async park(trial: RefreshTry, failure: string, fault: string | null): Promise<void> {
    await this.postpone(trial, failure, configurationSeconds);
    if (fault !== null) await noteFault(this.pool, trial.read.profileId, fault);
  }

  /** Only a new consent helps. The mark and the version stay, so that a late answer heals an unknown outcome (docs/flows/refresh.md). */
  requireReconnect(trial: RefreshTry, reason: ReconnectReason): Promise<void> {
    return this.settle(trial, async (settlement, key) => {
      const { rowCount } = await settlement.sql.query({
        name: 'refresh-require-reconnect',
        text: `UPDATE "grant" SET status = 'reconnect_required', reason = $4, due_at = NULL, queued_until = NULL, last_failure = $4 WHERE ${asRead}`,
        values: [...key, reason],
      });
      if (rowCount === 1) recordReconnect(settlement, trial, reason);
    });
  }

  /** Nothing to do before the present token ends, and nothing ever where no end is known. */
  rest(trial: RefreshTry): Promise<void> {
    return this.settle(trial, async (settlement, key) => {
      await settlement.sql.query({
        name: 'refresh-rest',
        text: `UPDATE "grant" SET due_at = expires_at, queued_until = NULL WHERE ${asRead}`,
        values: key,
      });
      settlement.settled(trial.read.grantId);
    });
  }

  private settle(trial: RefreshTry, work: (settlement: Settlement, key: unknown[]) => Promise<void>): Promise<void> {
    const { grantId, version, attempt } = trial.read;
    return settling(this.pool, trial.correlationId, (settlement) => work(settlement, [grantId, version, attempt]));
  }
}
