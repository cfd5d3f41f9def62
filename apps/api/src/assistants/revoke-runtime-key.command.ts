import { changedMembers } from '@grantkeeper/core/kernel/changed-members';
import { RuntimeKeyStore } from '@grantkeeper/platform/assistants/runtime-key.store';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

export class RevokeRuntimeKey extends Command<void> {
  constructor(
    readonly id: string,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(RevokeRuntimeKey)
export class RevokeRuntimeKeyHandler implements ICommandHandler<RevokeRuntimeKey> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: RuntimeKeyStore,
  ) {}

  execute({ id, context }: RevokeRuntimeKey): Promise<void> {
    return this.unitOfWork.run(context, async (tx) => {
      const { assistantId, name, revokedNow } = await this.keys.revoke(tx.manager, id);
      if (!revokedNow) return;
      tx.record(`assistant-${assistantId}`, assistantId, {
        type: 'assistants.runtime-key-revoked.v1',
        assistantId,
        runtimeKeyId: id,
      });
      tx.audit({
        action: 'runtime-keys.revoke',
        subject: `runtime-key:${id}`,
        assistantId,
        detail: { name, ...changedMembers({ revoked: false }, { revoked: true }) },
      });
    });
  }
}
