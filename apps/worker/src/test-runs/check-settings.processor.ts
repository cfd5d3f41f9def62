import type { JobPayload } from '@grantkeeper/contracts/jobs';
import { clientAuthenticationOf } from '@grantkeeper/core/profiles/profile';
import { filledDefinition, secretFieldValues } from '@grantkeeper/core/test-runs/tested-inputs';
import { type CallContext, GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { reached } from '@grantkeeper/platform/observability/steps';
import { CallRecorder } from '@grantkeeper/platform/test-runs/call-recorder';
import { type CheckOutcome, CheckSettings } from '@grantkeeper/platform/test-runs/check-settings';
import { openNextSecret, promoteTestedSecret } from '@grantkeeper/platform/test-runs/promote-tested-secret';
import { profileMoved, settleTestRun } from '@grantkeeper/platform/test-runs/settle-test-run';
import { type MarkedTestRun, markTestCheck } from '@grantkeeper/platform/test-runs/test-run-marks';
import { TestSteps } from '@grantkeeper/platform/test-runs/test-steps';
import { testedValues } from '@grantkeeper/platform/test-runs/tested-values';
import { Injectable } from '@nestjs/common';
import { type Attempt, type JobProcessor, Processes } from '../runtime/job-processor.js';

/**
 * test-runs.check: the first part of a test run, without a user. A run that another worker has, or had when it died, is not taken over: the sweeper tells
 * that it was interrupted, and its author starts another.
 */
@Injectable()
@Processes('test-runs.check')
export class CheckSettingsProcessor implements JobProcessor<'test-runs.check'> {
  constructor(
    private readonly pool: SqlPool,
    private readonly vault: Vault,
    private readonly client: GuardedClient,
  ) {}

  async process({ testRunId }: JobPayload<'test-runs.check'>, { signal, context }: Attempt): Promise<void> {
    if (signal.aborted) return;
    const run = await markTestCheck(this.pool, testRunId);
    if (!run) return;
    reached('test-run.after-mark', run.id);
    const moved = profileMoved(run, 'client');
    if (moved) return settleTestRun(this.pool, run, moved, 'awaiting_consent');
    const found = await this.check(run, context);
    await settleTestRun(this.pool, run, found, 'awaiting_consent', async (settlement) => {
      if (found.takenSecret) await promoteTestedSecret(settlement, this.vault, run);
    });
  }

  private async check(run: MarkedTestRun, context: CallContext): Promise<CheckOutcome> {
    const { assistantId, profileId, definition, clientSecret, publicUrl } = run;
    const place = { table: 'profile', row: profileId, field: 'client_secret' };
    const secret = clientSecret === null ? null : await this.vault.open(assistantId, place, clientSecret);
    const values = await testedValues(this.vault, run);
    const filled = filledDefinition(definition, values);
    if (filled === null) throw new Error(`test run ${run.id} stands on inputs that do not fill its profile`);
    const nextClientSecret = await openNextSecret(this.vault, run);
    const steps = new TestSteps(this.pool, this.vault, run);
    const hidden = [secret, nextClientSecret, ...secretFieldValues(definition, values)];
    const recorder = new CallRecorder(this.client, context, ...hidden);
    const client = { clientId: definition.clientId, clientSecret: secret, authentication: clientAuthenticationOf(definition) };
    const subject = { definition: filled, client, redirectUri: `${publicUrl}/callback/${profileId}`, nextClientSecret };
    return new CheckSettings(steps, recorder, subject).run();
  }
}
