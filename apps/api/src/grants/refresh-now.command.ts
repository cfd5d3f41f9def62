import { GrantNotActive, GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { findGrant } from '@grantkeeper/platform/grants/grant.view';
import { RefreshWishes } from '@grantkeeper/platform/grants/want-refresh';
import { letProbe } from '@grantkeeper/platform/profiles/profile-fault';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** An operator asks for a refresh of one grant now, whatever its token's age. */
export class RefreshNow extends Command<{ grantId: string; tokenVersion: number }> {
  constructor(
    readonly grantId: string,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(RefreshNow)
export class RefreshNowHandler implements ICommandHandler<RefreshNow> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly wishes: RefreshWishes,
    private readonly pool: SqlPool,
  ) {}

  async execute({ grantId, context }: RefreshNow): Promise<{ grantId: string; tokenVersion: number }> {
    const grant = await findGrant(this.pool, grantId, null, null);
    if (!grant || grant.status === 'ended') throw new GrantNotFound();
    if (grant.status !== 'active') throw new GrantNotActive();
    await this.unitOfWork.run(context, async (transaction) => {
      await letProbe(transaction.sql, grant.profileId);
      transaction.audit({
        action: 'grants.refresh',
        subject: `grant:${grantId}`,
        assistantId: grant.assistantId,
        detail: { version: grant.tokenVersion },
      });
    });
    await this.wishes.want({
      grantId,
      version: grant.tokenVersion,
      refused: false,
      urged: true,
      actor: actorName(context.actor),
      correlationId: context.correlationId,
    });
    return { grantId, tokenVersion: grant.tokenVersion };
  }
}
