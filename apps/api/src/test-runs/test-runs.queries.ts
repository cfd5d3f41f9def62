import type { TestRunDifferences, TestRunView } from '@grantkeeper/contracts/test-runs/http';
import { differencesSince } from '@grantkeeper/core/test-runs/differences';
import { TestRunNotFound } from '@grantkeeper/core/test-runs/test-runs.errors';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import {
  findCompared,
  findLastThatWorked,
  findTestCalls,
  findTestRun,
  findTestSteps,
  type StoredTestRun,
} from '@grantkeeper/platform/test-runs/test-run.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { SignInLinks } from '../authorizations/sign-in-links.js';
import { signInUrlOf } from './test-run-link.js';

export class GetTestRun extends Query<TestRunView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetTestRun)
export class GetTestRunHandler implements IQueryHandler<GetTestRun> {
  constructor(
    private readonly pool: SqlPool,
    private readonly vault: Vault,
    private readonly links: SignInLinks,
  ) {}

  async execute({ id }: GetTestRun): Promise<TestRunView> {
    const run = await findTestRun(this.pool, id);
    if (!run) throw new TestRunNotFound();
    const steps = await findTestSteps(this.pool, id);
    const calls = await findTestCalls(this.pool, this.vault, run);
    return {
      id,
      profileId: run.profileId,
      profileRevision: run.revision,
      tenant: run.tenant,
      state: run.state,
      signInUrl: signInUrlOf(run, this.links),
      diagnosis: run.diagnosis,
      warnings: run.warnings,
      differences: run.state === 'failed' ? await this.differences(run) : null,
      steps: steps.map((step) => ({ ...step, calls: calls.get(step.name) ?? [] })),
      startedBy: run.startedBy,
      startedAt: run.startedAt.toISOString(),
      endedAt: run.endedAt?.toISOString() ?? null,
      expiresAt: run.expiresAt.toISOString(),
    };
  }

  private async differences(run: StoredTestRun): Promise<TestRunDifferences | null> {
    const worked = await findLastThatWorked(this.pool, run);
    if (!worked) return null;
    const [before, now] = await Promise.all([findCompared(this.pool, worked), findCompared(this.pool, run)]);
    return before && now && differencesSince(before, now);
  }
}
