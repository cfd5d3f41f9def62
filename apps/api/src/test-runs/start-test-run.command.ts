import { randomUUID } from 'node:crypto';
import type { NewTestRun, StartedTestRun } from '@grantkeeper/contracts/test-runs/http';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { ProfileWrongStatus } from '@grantkeeper/core/profiles/profiles.errors';
import { readTestedInputs } from '@grantkeeper/core/test-runs/tested-inputs';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { replaceTestRuns } from '@grantkeeper/platform/test-runs/end-test-runs';
import { insertTestRun } from '@grantkeeper/platform/test-runs/test-run.store';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SignInLinks } from '../authorizations/sign-in-links.js';

/** Starts a test of a profile as it stands; what the same operator has started at it and not finished is over with that. */
export class StartTestRun extends Command<StartedTestRun> {
  constructor(
    readonly profileId: string,
    readonly input: NewTestRun,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(StartTestRun)
export class StartTestRunHandler implements ICommandHandler<StartTestRun> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly profiles: ProfileStore,
    private readonly links: SignInLinks,
    private readonly vault: Vault,
  ) {}

  async execute({ profileId, input, context }: StartTestRun): Promise<StartedTestRun> {
    const id = randomUUID();
    const authorizationId = await this.unitOfWork.run(context, async (transaction) => {
      const { assistantId, revision, status, definition, clientSecretSetAt } = await this.profiles.lock(
        transaction.manager,
        profileId,
      );
      if (status !== 'active' && status !== 'disabled') throw new ProfileWrongStatus('tested', status);
      const userId = `test-run:${id}`;
      const { tenant = null, fields = {}, context: given = {} } = input;
      const read = readTestedInputs(definition, { tenant, fields, context: given }, userId);
      if (read.errors.length > 0) throw new InvalidInput(read.errors);
      const startedBy = actorName(context.actor);
      await replaceTestRuns(transaction, profileId, startedBy);
      const { correlationId } = context;
      const { inputs } = read;
      const run = {
        id,
        assistantId,
        profileId,
        revision,
        tenant: read.tenant,
        inputs,
        userId,
        clientSecretSetAt,
        startedBy,
        correlationId,
      };
      transaction.audit({
        action: 'test-runs.start',
        subject: `profile:${profileId}`,
        assistantId,
        detail: { testRunId: id, revision },
      });
      return insertTestRun(transaction, this.vault, run);
    });
    return { id, signInUrl: this.links.urlOf(authorizationId) };
  }
}
