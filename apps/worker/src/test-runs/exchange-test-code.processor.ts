import type { JobPayload } from '@grantkeeper/contracts/jobs';
import type { Values } from '@grantkeeper/core/placeholders/values';
import { filledDefinition, secretFieldValues } from '@grantkeeper/core/test-runs/tested-inputs';
import { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { reached } from '@grantkeeper/platform/observability/steps';
import { CallRecorder } from '@grantkeeper/platform/test-runs/call-recorder';
import { ExchangeTestCode, revokesAtPinnedOrigin, type TestExchange } from '@grantkeeper/platform/test-runs/exchange-test-code';
import { profileMoved, settleTestRun } from '@grantkeeper/platform/test-runs/settle-test-run';
import { type MarkedTestExchange, markTestExchange } from '@grantkeeper/platform/test-runs/test-run-marks';
import { TestSteps } from '@grantkeeper/platform/test-runs/test-steps';
import { testedValues } from '@grantkeeper/platform/test-runs/tested-values';
import { Injectable } from '@nestjs/common';
import { type Attempt, type JobProcessor, Processes } from '../runtime/job-processor.js';

/**
 * test-runs.exchange: mark → send the code → look at the token → revoke it. A code is sent once, as in an exchange for a grant; the token lives in this
 * process alone, and dies with it.
 */
@Injectable()
@Processes('test-runs.exchange')
export class ExchangeTestCodeProcessor implements JobProcessor<'test-runs.exchange'> {
  constructor(
    private readonly pool: SqlPool,
    private readonly vault: Vault,
    private readonly client: GuardedClient,
  ) {}

  async process({ testRunId }: JobPayload<'test-runs.exchange'>, { signal, context }: Attempt): Promise<void> {
    if (signal.aborted) return;
    const run = await markTestExchange(this.pool, testRunId);
    if (!run) return;
    reached('test-run.after-mark', run.id);
    const moved = profileMoved(run, 'exchange');
    if (moved) return settleTestRun(this.pool, run, moved, 'succeeded');
    const values = await testedValues(this.vault, run);
    const exchange = await this.open(run, values);
    const { client, code, codeVerifier } = exchange;
    const hidden = [client.clientSecret, code, codeVerifier, ...secretFieldValues(run.definition, values)];
    const recorder = new CallRecorder(this.client, context, ...hidden);
    const steps = new TestSteps(this.pool, this.vault, run);
    const findings = await new ExchangeTestCode(this.pool, steps, recorder, run).execute(exchange);
    await settleTestRun(this.pool, run, findings, 'succeeded');
  }

  private async open(run: MarkedTestExchange, values: Values): Promise<TestExchange> {
    const filled = filledDefinition(run.definition, values);
    if (filled === null) throw new Error(`test run ${run.id} stands on inputs that do not fill its profile`);
    const { assistantId, authorizationId, profileId, pinned } = run;
    const open = (table: string, row: string, field: string, sealed: Buffer | null): Promise<string> | null =>
      sealed && this.vault.open(assistantId, { table, row, field }, sealed);
    const clientSecret = await open('profile', profileId, 'client_secret', run.clientSecret);
    return {
      pinned,
      tokenUrl: filled.tokenUrl,
      client: { clientId: pinned.clientId, clientSecret, authentication: pinned.clientAuthentication },
      code: await this.vault.open(assistantId, { table: 'authorization', row: authorizationId, field: 'code' }, run.code),
      codeVerifier: await open('authorization', authorizationId, 'code_verifier', run.codeVerifier),
      revocationUrl: revokesAtPinnedOrigin(run) ? (filled.advanced.revocationUrl ?? null) : null,
    };
  }
}
