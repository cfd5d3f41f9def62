import type { SignOutAnswer } from '@grantkeeper/contracts/grants/http';
import { GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { Forbidden } from '@grantkeeper/core/kernel/request.errors';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { findGrant } from '@grantkeeper/platform/grants/grant.view';
import { revocationOutcome, signOutIn } from '@grantkeeper/platform/grants/sign-out';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** How long the answer waits for the provider's word. */
const revocationWaitMs = 10_000;

/** Signs a grant out: no token from the commit on; then says whether the provider revoked it. */
export class SignOut extends Command<SignOutAnswer> {
  constructor(
    readonly grantId: string,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(SignOut)
export class SignOutHandler implements ICommandHandler<SignOut> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly pool: SqlPool,
    private readonly waiters: Waiters,
  ) {}

  async execute({ grantId, context }: SignOut): Promise<SignOutAnswer> {
    const revocationId = await this.unitOfWork.run(context, async (transaction) => {
      const { assistantId, profiles } = boundsOf(context.actor);
      const grant = await findGrant(transaction.sql, grantId, assistantId, profiles);
      if (!grant || grant.status === 'ended') throw new GrantNotFound();
      if (grant.user === null && context.actor.kind === 'runtime')
        throw new Forbidden('This grant serves everyone; only operators end it.');
      const ended = await signOutIn(transaction, grant);
      if (!ended) throw new GrantNotFound();
      if (context.actor.kind === 'operator')
        transaction.audit({
          action: 'grants.sign-out',
          subject: `grant:${grantId}`,
          assistantId: ended.assistantId,
          detail: { profileId: ended.profileId },
        });
      return ended.revocationId;
    });
    return { revocation: await revocationOutcome(this.pool, this.waiters, revocationId, revocationWaitMs) };
  }
}

/** The assistant and profiles that an actor is bound to; operators are bound to none. */
export function boundsOf(actor: Actor): { assistantId: string | null; profiles: string[] | null } {
  return actor.kind === 'runtime'
    ? { assistantId: actor.assistantId, profiles: actor.profiles }
    : { assistantId: null, profiles: null };
}
