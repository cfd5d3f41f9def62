import { randomBytes, randomUUID } from 'node:crypto';
import type { DomainEvent } from '@grantkeeper/contracts/events';
import type {
  Diagnosis,
  DiagnosisCode,
  RecordedCall,
  TestRunState,
  TestStepName,
  TestStepResult,
} from '@grantkeeper/contracts/test-runs/http';
import type { ConsentInputs } from '@grantkeeper/core/authorizations/consent-inputs';
import { statesBefore } from '@grantkeeper/core/test-runs/test-run-states';
import type { Vault } from '../crypto/vault.js';
import type { Sql } from '../database/pool.js';
import type { Settlement } from '../flights/settlement.js';
import { inputsPlace, sealInputs } from '../grants/sealed-inputs.js';

/** Whose run it is, for its events. */
export interface TestRunName {
  id: string;
  assistantId: string;
  profileId: string;
}

export interface NewTestRun extends TestRunName {
  revision: number;
  tenant: string;
  /** What a user would be asked for, and whose name stands for the user's. */
  inputs: ConsentInputs;
  userId: string;
  clientSecretSetAt: Date | null;
  startedBy: string;
  correlationId: string;
}

/** What is kept of a diagnosis; its words are added where it is read, so that they may be bettered. */
export type KeptDiagnosis = Pick<Diagnosis, 'code' | 'step' | 'seen'>;

/** How a run goes on. */
export type TestRunMove =
  | { to: 'awaiting_consent' | 'exchanging' | 'succeeded'; warnings?: readonly Diagnosis[] }
  | { to: 'failed'; diagnosis: Diagnosis; warnings?: readonly Diagnosis[] }
  | { to: 'interrupted' | 'expired' };

/** Adds a run and the authorization that belongs to it, whose link is answered by its id. Both live for 10 minutes. */
export async function insertTestRun(settlement: Settlement, vault: Vault, run: NewTestRun): Promise<string> {
  const { sql } = settlement;
  await sql.query(
    `INSERT INTO test_run (id, assistant_id, profile_id, revision, tenant, client_secret_set_at, state, started_by, correlation_id, queued_until, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'preflight', $7, $8, now() + interval '5 s', now() + interval '10 minutes')`,
    [run.id, run.assistantId, run.profileId, run.revision, run.tenant, run.clientSecretSetAt, run.startedBy, run.correlationId],
  );
  const authorizationId = randomUUID();
  const inputs = await sealInputs(vault, run.assistantId, inputsPlace('authorization', authorizationId), run.inputs);
  // No runtime can ask with an empty account, so that a run never stands in the way of a user's own consent.
  await sql.query(
    `INSERT INTO "authorization" (id, assistant_id, profile_id, user_id, tenant, account, state, identity_check, ask_hash, test_run_id, correlation_id, inputs, expires_at)
     VALUES ($1, $2, $3, $4, $5, '', 'waiting', 'confirm', $6, $7, $8, $9, now() + interval '10 minutes')`,
    [authorizationId, run.assistantId, run.profileId, run.userId, run.tenant, randomBytes(32), run.id, run.correlationId, inputs],
  );
  const { id: testRunId, profileId, revision } = run;
  settlement.record(`test-run-${testRunId}`, run.assistantId, { type: 'test-runs.started.v1', testRunId, profileId, revision });
  return authorizationId;
}

/** Moves a run on, if it stands where the table allows it and, with `attempt`, where this very worker has it. False where it has moved on. */
export async function moveTestRun(
  settlement: Settlement,
  run: TestRunName,
  move: TestRunMove,
  attempt: string | null = null,
): Promise<boolean> {
  const over = !['awaiting_consent', 'exchanging'].includes(move.to);
  if (over) await lockItsAuthorization(settlement.sql, run.id); // authorization first, then the run
  const warnings = 'warnings' in move ? (move.warnings ?? []) : [];
  const { rowCount } = await settlement.sql.query({
    name: `move-test-run-${move.to}`,
    text: `UPDATE test_run SET state = $2, diagnosis = $3, warnings = warnings || $4::jsonb, progress = progress + 1, attempt = NULL, sent_at = NULL,
             queued_until = CASE WHEN $2 = 'exchanging' THEN now() + interval '5 s' END, ended_at = CASE WHEN $6 THEN now() END
           WHERE id = $1 AND state = ANY($5) AND ($7::uuid IS NULL OR attempt = $7)`,
    values: [
      run.id,
      move.to,
      move.to === 'failed' ? JSON.stringify(kept(move.diagnosis)) : null,
      JSON.stringify(warnings.map(kept)),
      statesBefore(move.to),
      over,
      attempt,
    ],
  });
  if (rowCount !== 1) return false;
  if (over) await forgetCode(settlement.sql, run.id);
  settlement.record(`test-run-${run.id}`, run.assistantId, eventOf(run, move));
  settlement.settled(run.id);
  return true;
}

async function lockItsAuthorization(sql: Sql, testRunId: string): Promise<void> {
  await sql.query({
    name: 'lock-test-authorization',
    text: 'SELECT FROM "authorization" WHERE test_run_id = $1 FOR UPDATE',
    values: [testRunId],
  });
}

/** The code of a run that is over is of no use to anybody. */
async function forgetCode(sql: Sql, testRunId: string): Promise<void> {
  await sql.query({
    name: 'forget-test-code',
    text: `UPDATE "authorization" SET code = NULL, code_verifier = NULL, state_hash = NULL,
             state = CASE WHEN state IN ('waiting', 'consenting') THEN 'expired' ELSE state END, ended_at = coalesce(ended_at, now())
           WHERE test_run_id = $1`,
    values: [testRunId],
  });
}

const kept = ({ code, step, seen }: Diagnosis): KeptDiagnosis => ({ code, step, seen });

function eventOf({ id: testRunId, profileId }: TestRunName, move: TestRunMove): DomainEvent {
  const one = { testRunId, profileId };
  switch (move.to) {
    case 'awaiting_consent':
      return { type: 'test-runs.awaiting-consent.v1', ...one };
    case 'exchanging':
      return { type: 'test-runs.code-received.v1', ...one };
    case 'succeeded':
      return { type: 'test-runs.succeeded.v1', ...one };
    case 'failed':
      return { type: 'test-runs.failed.v1', ...one, diagnosis: move.diagnosis.code };
    case 'interrupted':
      return { type: 'test-runs.interrupted.v1', ...one };
    case 'expired':
      return { type: 'test-runs.expired.v1', ...one };
  }
}

export interface StepEnd {
  result: TestStepResult;
  diagnosis: DiagnosisCode | null;
  calls: readonly RecordedCall[];
  ms: number | null;
}

/** Tells that a step has begun, or how it has ended, to whoever watches. Only while the run goes on. */
export async function writeStep(
  settlement: Settlement,
  vault: Vault,
  run: TestRunName,
  name: TestStepName,
  { result, diagnosis, calls, ms }: StepEnd,
): Promise<void> {
  const id = randomUUID();
  const { rows } = await settlement.sql.query<{ id: string }>({
    name: 'write-test-step',
    text: `WITH running AS (
             UPDATE test_run SET progress = progress + 1 WHERE id = $2 AND state IN ('preflight', 'awaiting_consent', 'exchanging') RETURNING id, assistant_id)
           INSERT INTO test_run_step (id, assistant_id, test_run_id, name, result, diagnosis, ms) SELECT $1, assistant_id, id, $3, $4, $5, $6 FROM running
           ON CONFLICT (test_run_id, name) DO UPDATE SET result = $4, diagnosis = $5, ms = $6 RETURNING id`,
    values: [id, run.id, name, result, diagnosis, ms],
  });
  const stepId = rows[0]?.id;
  if (stepId === undefined) return;
  if (calls.length > 0) {
    const sealed = await vault.seal(run.assistantId, callsPlace(stepId), JSON.stringify(calls));
    await settlement.sql.query('UPDATE test_run_step SET calls = $2 WHERE id = $1', [stepId, sealed]);
  }
  settlement.settled(run.id);
}

/** Where the calls of a step are sealed. */
export const callsPlace = (stepId: string) => ({ table: 'test_run_step', row: stepId, field: 'calls' });

/** How a run stands, for the pages of its sign-in link. */
export interface TestStanding {
  state: TestRunState;
  diagnosis: KeptDiagnosis | null;
}

export async function findTestStanding(sql: Sql, id: string): Promise<TestStanding | null> {
  const { rows } = await sql.query<TestStanding>({
    name: 'find-test-standing',
    text: 'SELECT state, diagnosis FROM test_run WHERE id = $1',
    values: [id],
  });
  return rows[0] ?? null;
}
