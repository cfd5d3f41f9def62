import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { findGrant } from '@grantkeeper/platform/grants/grant.view';
import { revocationOutcome, signOutIn } from '@grantkeeper/platform/grants/sign-out';
import { findUserLink } from '@grantkeeper/platform/users/user-link.store';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** A person waits for the page: then it says that the provider is still being told, and asks again by itself. */
const revocationWaitMs = 3_000;

/** The user ends a grant of their own. Of no effect where the link is no longer good, or the grant is another's or has ended: the page tells how things stand. */
export class Disconnect extends Command<void> {
  constructor(
    readonly handle: string,
    readonly grantId: string,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(Disconnect)
export class DisconnectHandler implements ICommandHandler<Disconnect> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly pool: SqlPool,
    private readonly waiters: Waiters,
  ) {}

  async execute({ handle, grantId, correlationId }: Disconnect): Promise<void> {
    const ended = await this.unitOfWork.run({ actor: { kind: 'user' }, correlationId }, async (transaction) => {
      const link = await findUserLink(transaction.sql, credentialHash(handle));
      const grant = link && (await findGrant(transaction.sql, grantId, link.assistantId, link.profiles));
      if (!grant || grant.user !== link.userId || grant.status === 'ended') return null;
      return signOutIn(transaction, grant);
    });
    if (ended) await revocationOutcome(this.pool, this.waiters, ended.revocationId, revocationWaitMs);
  }
}
