import type { Diagnosis } from '@grantkeeper/contracts/test-runs/http';
import { diagnosisOf } from '@grantkeeper/core/test-runs/diagnose';
import type pg from 'pg';
import { type Settlement, settling } from '../flights/settlement.js';
import { moveTestRun } from './test-run.store.js';
import type { MarkedTestRun } from './test-run-marks.js';

/** What one part of a run has found: the failure that ends it, and what else its author should know. */
export interface TestFindings {
  failure: Diagnosis | null;
  warnings: readonly Diagnosis[];
}

/** What a run finds whose profile is no longer the one that it was started for: nothing of it is sent anywhere. */
export function profileMoved({ revision, currentRevision }: MarkedTestRun, step: 'client' | 'exchange'): TestFindings | null {
  if (revision === currentRevision) return null;
  const seen = `revision ${revision} is tested, ${currentRevision} is current`;
  return { failure: diagnosisOf('profile_revised', step, seen), warnings: [] };
}

/** Stores how a part of a run ended, with what `before` changes. Where the run has moved on meanwhile, the end is dropped. */
export async function settleTestRun(
  pool: pg.Pool,
  run: MarkedTestRun,
  { failure, warnings }: TestFindings,
  next: 'awaiting_consent' | 'succeeded',
  before: (settlement: Settlement) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const move = failure === null ? ({ to: next, warnings } as const) : ({ to: 'failed', diagnosis: failure, warnings } as const);
  await settling(pool, run.correlationId, async (settlement) => {
    await before(settlement); // the profile's lock comes before the run's
    await moveTestRun(settlement, run, move, run.attempt);
  });
}
