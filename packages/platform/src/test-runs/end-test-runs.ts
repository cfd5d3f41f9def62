import { randomUUID } from 'node:crypto';
import type { TestRunState } from '@grantkeeper/contracts/test-runs/http';
import type { UnitOfWork } from '../database/unit-of-work.js';
import type { Settlement } from '../flights/settlement.js';
import { moveTestRun } from './test-run.store.js';

interface Open {
  id: string;
  assistantId: string;
  profileId: string;
  ends: 'interrupted' | 'expired';
}

/** A check or an exchange is over within 20 s: a worker that has not told its end by then is gone. */
const silentSeconds = 25;
const batch = 100;
/** Until when a run waits for a person or a worker; a code that came in the last moment is still exchanged. */
const untaken = `expires_at + CASE state WHEN 'exchanging' THEN interval '1 minute' ELSE interval '0' END`;

const columns = 'id, assistant_id AS "assistantId", profile_id AS "profileId"';

/** Ends runs whose worker has fallen silent (interrupted) and those that nobody consented to in time (expired). Any number may sweep at once. */
export async function endSilentTestRuns(unitOfWork: UnitOfWork): Promise<void> {
  const context = { actor: { kind: 'worker' as const }, correlationId: `sweep-${randomUUID()}` };
  await unitOfWork.run(context, async (transaction) => {
    const { rows } = await transaction.sql.query<Open>({
      name: 'silent-test-runs',
      text: `SELECT ${columns}, CASE WHEN attempt IS NOT NULL OR state = 'exchanging' THEN 'interrupted' ELSE 'expired' END AS ends FROM test_run
             WHERE state IN ('preflight', 'awaiting_consent', 'exchanging') AND (sent_at < now() - make_interval(secs => $1) OR (sent_at IS NULL AND ${untaken} < now()))
             ORDER BY id LIMIT $2`,
      values: [silentSeconds, batch],
    });
    for (const run of rows) await moveTestRun(transaction, run, { to: run.ends });
  });
}

/** Ends what an operator has started at a profile and not finished: a new run takes its place. The caller holds the profile's lock. */
export async function replaceTestRuns(settlement: Settlement, profileId: string, startedBy: string): Promise<void> {
  const waiting: TestRunState[] = ['preflight', 'awaiting_consent'];
  const { rows } = await settlement.sql.query<Omit<Open, 'ends'>>(
    `SELECT ${columns} FROM test_run WHERE profile_id = $1 AND started_by = $2 AND state = ANY($3) ORDER BY id`,
    [profileId, startedBy, waiting],
  );
  for (const run of rows) await moveTestRun(settlement, run, { to: 'expired' });
}
