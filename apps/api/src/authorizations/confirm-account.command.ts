import { type AuthorizationRecord, lockAuthorization } from '@grantkeeper/platform/authorizations/authorization.store';
import { findSignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { endAuthorization } from '@grantkeeper/platform/authorizations/end-authorization';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { confirmHeld } from '@grantkeeper/platform/grants/held-grants';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isBoundTo } from './browser-cookie.js';
import { FlightWait } from './flight-wait.js';

export type AccountDecision = 'confirm' | 'reject';

/** The second Continue, or "This is not me". Of no effect where the authorization is not held for this browser; its page tells how it stands. */
export class ConfirmAccount extends Command<void> {
  constructor(
    readonly authorizationId: string,
    readonly decision: AccountDecision,
    readonly browserToken: string | null,
  ) {
    super();
  }
}

@CommandHandler(ConfirmAccount)
export class ConfirmAccountHandler implements ICommandHandler<ConfirmAccount> {
  constructor(
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
    private readonly vault: Vault,
    private readonly flights: FlightWait,
  ) {}

  async execute({ authorizationId, decision, browserToken }: ConfirmAccount): Promise<void> {
    const found = await findSignIn(this.pool, authorizationId);
    if (!found || !isBoundTo(found.browserHash, browserToken)) return;
    await this.flights.untilNone(() =>
      this.unitOfWork.run({ actor: { kind: 'user' }, correlationId: found.correlationId }, async (transaction) => {
        const record = await lockAuthorization(transaction.sql, authorizationId);
        return record?.state === 'confirming' ? this.decide(transaction, record, decision) : null;
      }),
    );
  }

  private async decide(transaction: Transaction, record: AuthorizationRecord, decision: AccountDecision) {
    if (decision === 'reject') await endAuthorization(transaction, record, { state: 'wrong_person' });
    else if (record.overdue) await endAuthorization(transaction, record, { state: 'expired' });
    else if (record.identityCheck === 'confirm') return confirmHeld(transaction, this.vault, record);
    return null;
  }
}
