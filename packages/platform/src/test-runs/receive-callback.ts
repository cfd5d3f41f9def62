import type { Diagnosis } from '@grantkeeper/contracts/test-runs/http';
import type { AuthorizationRecord } from '../authorizations/authorization.store.js';
import type { Vault } from '../crypto/vault.js';
import type { Transaction } from '../database/unit-of-work.js';
import { moveTestRun, writeStep } from './test-run.store.js';

/** What the browser brought back for a test run: a code, or what is wrong. */
export type TestCallback = { code: string } | { diagnosis: Diagnosis };

/** Hands what the provider answered on to the test run: its own authorization is over with that, whatever comes of it. */
export async function receiveTestCallback(
  transaction: Transaction,
  vault: Vault,
  record: AuthorizationRecord & { testRunId: string },
  callback: TestCallback,
): Promise<void> {
  const { id, assistantId, profileId, testRunId } = record;
  const place = { table: 'authorization', row: id, field: 'code' };
  const code = 'code' in callback ? await vault.seal(assistantId, place, callback.code) : null;
  const { rowCount } = await transaction.sql.query({
    name: 'hand-over-to-test',
    text: `UPDATE "authorization" SET state = 'tested', code = $2, ended_at = now() WHERE id = $1 AND state = 'consenting' AND state_hash IS NULL`,
    values: [id, code],
  });
  if (rowCount !== 1) return;
  const run = { id: testRunId, assistantId, profileId };
  const diagnosis = 'diagnosis' in callback ? callback.diagnosis : null;
  await writeStep(transaction, vault, run, 'callback', {
    result: diagnosis === null ? 'passed' : 'failed',
    diagnosis: diagnosis?.code ?? null,
    calls: [],
    ms: null,
  });
  await moveTestRun(transaction, run, diagnosis === null ? { to: 'exchanging' } : { to: 'failed', diagnosis });
}
