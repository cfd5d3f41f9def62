import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { readChangedFields } from '@grantkeeper/core/authorizations/changed-fields';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { inputsPlace, openInputs, sealInputs } from '@grantkeeper/platform/grants/sealed-inputs';
import { findOwnFields, replaceInputs } from '@grantkeeper/platform/users/own-fields.store';
import { findUserLink } from '@grantkeeper/platform/users/user-link.store';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/**
 * The user changes fields of a grant of their own: from the next hand-out on. Answers what is wrong with what was typed; nothing where it is stored, or where
 * there is nothing of theirs to change, as the page tells.
 */
export class ChangeFields extends Command<FieldError[]> {
  constructor(
    readonly handle: string,
    readonly grantId: string,
    readonly typed: Readonly<Record<string, string>>,
    readonly correlationId: string,
  ) {
    super();
  }
}

/** The grant may be refreshed or sealed anew between read and write: then it is read again. */
const tries = 5;

@CommandHandler(ChangeFields)
export class ChangeFieldsHandler implements ICommandHandler<ChangeFields> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly vault: Vault,
  ) {}

  async execute(change: ChangeFields): Promise<FieldError[]> {
    for (let left = tries; ; left -= 1) {
      const context = { actor: { kind: 'user' } as const, correlationId: change.correlationId };
      const errors = await this.unitOfWork.run(context, (transaction) => this.change(transaction, change));
      if (errors) return errors;
      if (left === 1) throw new Error(`the fields of grant ${change.grantId} could not be stored`);
    }
  }

  /** Null where the grant has moved on since it was read. */
  private async change(transaction: Transaction, { handle, grantId, typed }: ChangeFields): Promise<FieldError[] | null> {
    const link = await findUserLink(transaction.sql, credentialHash(handle));
    const own = link && (await findOwnFields(transaction.sql, link, grantId));
    if (!own) return [];
    const { assistantId, profileId, version, tenant, userId, definition } = own;
    const place = inputsPlace('grant', grantId);
    const kept = await openInputs(this.vault, assistantId, place, own.inputs);
    const { inputs, changed, errors } = readChangedFields(definition, { tenant, inputs: kept, userId }, typed);
    if (errors.length > 0 || changed.length === 0) return errors;
    if (!(await replaceInputs(transaction.sql, own, await sealInputs(this.vault, assistantId, place, inputs)))) return null;
    transaction.record(`grant-${grantId}`, assistantId, {
      type: 'grants.fields-changed.v1',
      grantId,
      profileId,
      version,
      fields: changed,
    });
    return [];
  }
}
