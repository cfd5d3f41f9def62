import {
  type Diagnosis,
  type DiagnosisCode,
  type RecordedCall,
  type TestRunState,
  type TestStepEvent,
  type TestStepName,
  type TestStepResult,
  testStepNameSchema,
} from '@grantkeeper/contracts/test-runs/http';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { diagnosisOf } from '@grantkeeper/core/test-runs/diagnose';
import type { ComparedRun } from '@grantkeeper/core/test-runs/differences';
import type { Vault } from '../crypto/vault.js';
import type { Sql } from '../database/pool.js';
import { callsPlace, type KeptDiagnosis } from './test-run.store.js';

/** A run as it is stored, its diagnoses in words. */
export interface StoredTestRun {
  id: string;
  assistantId: string;
  profileId: string;
  authorizationId: string | null;
  revision: number;
  tenant: string;
  clientSecretSetAt: Date | null;
  state: TestRunState;
  diagnosis: Diagnosis | null;
  warnings: Diagnosis[];
  startedBy: string;
  startedAt: Date;
  endedAt: Date | null;
  expiresAt: Date;
}

interface Row extends Omit<StoredTestRun, 'diagnosis' | 'warnings'> {
  diagnosis: KeptDiagnosis | null;
  warnings: KeptDiagnosis[];
}

const columns = `t.id, t.assistant_id AS "assistantId", t.profile_id AS "profileId", a.id AS "authorizationId", t.revision, t.tenant,
  t.client_secret_set_at AS "clientSecretSetAt", t.state, t.diagnosis, t.warnings, t.started_by AS "startedBy", t.created_at AS "startedAt",
  t.ended_at AS "endedAt", t.expires_at AS "expiresAt"`;
const from = `FROM test_run t LEFT JOIN "authorization" a ON a.test_run_id = t.id`;

const inWords = ({ code, step, seen }: KeptDiagnosis): Diagnosis => diagnosisOf(code, step, seen);
const withWords = (row: Row): StoredTestRun => ({
  ...row,
  diagnosis: row.diagnosis && inWords(row.diagnosis),
  warnings: row.warnings.map(inWords),
});

export async function findTestRun(sql: Sql, id: string): Promise<StoredTestRun | null> {
  const { rows } = await sql.query<Row>({
    name: 'find-test-run',
    text: `SELECT ${columns} ${from} WHERE t.id = $1`,
    values: [id],
  });
  return rows[0] ? withWords(rows[0]) : null;
}

/** The last run of the same profile, before this one, that worked. */
export async function findLastThatWorked(sql: Sql, run: StoredTestRun): Promise<StoredTestRun | null> {
  const { rows } = await sql.query<Row>({
    name: 'find-last-test-run-that-worked',
    text: `SELECT ${columns} ${from} WHERE t.profile_id = $1 AND t.state = 'succeeded' AND t.created_at < $2 ORDER BY t.created_at DESC LIMIT 1`,
    values: [run.profileId, run.startedAt],
  });
  return rows[0] ? withWords(rows[0]) : null;
}

interface StepRow {
  id: string;
  name: TestStepName;
  result: TestStepResult;
  diagnosis: DiagnosisCode | null;
  ms: number | null;
}

/** The steps of a run in the order of their names' list, without their calls. */
export async function findTestSteps(sql: Sql, testRunId: string): Promise<TestStepEvent[]> {
  const { rows } = await sql.query<StepRow>({
    name: 'find-test-steps',
    text: 'SELECT name, result, diagnosis, ms FROM test_run_step WHERE test_run_id = $1',
    values: [testRunId],
  });
  const order = testStepNameSchema.options;
  return rows.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** The calls of each step, opened. */
export async function findTestCalls(
  sql: Sql,
  vault: Vault,
  { id, assistantId }: StoredTestRun,
): Promise<Map<TestStepName, RecordedCall[]>> {
  const { rows } = await sql.query<{ id: string; name: TestStepName; calls: Buffer }>({
    name: 'find-test-calls',
    text: 'SELECT id, name, calls FROM test_run_step WHERE test_run_id = $1 AND calls IS NOT NULL',
    values: [id],
  });
  const opened = rows.map(
    async (row): Promise<[TestStepName, RecordedCall[]]> => [
      row.name,
      JSON.parse(await vault.open(assistantId, callsPlace(row.id), row.calls)) as RecordedCall[],
    ],
  );
  return new Map(await Promise.all(opened));
}

/** A run with the definition that it tested, to be compared; null where that revision is not kept. */
export async function findCompared(sql: Sql, run: StoredTestRun): Promise<ComparedRun | null> {
  const { rows } = await sql.query<{ definition: ProfileDefinition }>({
    name: 'find-tested-definition',
    text: 'SELECT definition FROM profile_revision WHERE profile_id = $1 AND revision = $2',
    values: [run.profileId, run.revision],
  });
  const definition = rows[0]?.definition;
  if (definition === undefined) return null;
  const { id, startedAt: at, revision, tenant, clientSecretSetAt } = run;
  return { id, at, revision, tenant, definition, clientSecretSetAt, steps: await findTestSteps(sql, id) };
}
