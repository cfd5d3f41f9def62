import type { OtherAccountAllowed } from '@grantkeeper/contracts/grants/http';
import { GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { allowOtherAccount } from '@grantkeeper/platform/grants/other-account';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** An operator lets a grant's next consent come from another account of the provider than the one it remembers. */
export class AllowOtherAccount extends Command<OtherAccountAllowed> {
  constructor(
    readonly grantId: string,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(AllowOtherAccount)
export class AllowOtherAccountHandler implements ICommandHandler<AllowOtherAccount> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  execute({ grantId, context }: AllowOtherAccount): Promise<OtherAccountAllowed> {
    return this.unitOfWork.run(context, async (transaction) => {
      const grant = await allowOtherAccount(transaction.sql, grantId);
      if (!grant) throw new GrantNotFound();
      const { assistantId, profileId, version } = grant;
      const until = grant.until.toISOString();
      transaction.record(`grant-${grantId}`, assistantId, {
        type: 'grants.other-account-allowed.v1',
        grantId,
        profileId,
        version,
        until,
      });
      transaction.audit({
        action: 'grants.allow-other-account',
        subject: `grant:${grantId}`,
        assistantId,
        detail: { profileId, until },
      });
      return { grantId, otherAccountUntil: until };
    });
  }
}
