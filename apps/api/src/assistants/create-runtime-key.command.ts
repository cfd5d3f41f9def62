import { randomUUID } from 'node:crypto';
import type { NewRuntimeKey } from '@grantkeeper/contracts/assistants/http';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { AssistantStore } from '@grantkeeper/platform/assistants/assistant.store';
import { RuntimeKeyStore } from '@grantkeeper/platform/assistants/runtime-key.store';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newCredential } from '../http/credentials.js';

export class CreateRuntimeKey extends Command<{ id: string; key: string }> {
  constructor(
    readonly assistantId: string,
    readonly input: NewRuntimeKey,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(CreateRuntimeKey)
export class CreateRuntimeKeyHandler implements ICommandHandler<CreateRuntimeKey> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly assistants: AssistantStore,
    private readonly keys: RuntimeKeyStore,
  ) {}

  execute({ assistantId, input, context }: CreateRuntimeKey): Promise<{ id: string; key: string }> {
    return this.unitOfWork.run(context, async (tx) => {
      const id = randomUUID();
      const key = newCredential('gkr_');
      const { name } = input;
      const profiles = input.profiles?.map((profile) => profile.toLowerCase()) ?? null;
      await this.assistants.hold(tx.manager, assistantId);
      await this.keys.add(tx.manager, {
        id,
        assistantId,
        name,
        hash: credentialHash(key),
        profiles,
        createdBy: actorName(context.actor),
      });
      tx.record(`assistant-${assistantId}`, assistantId, {
        type: 'assistants.runtime-key-created.v1',
        assistantId,
        runtimeKeyId: id,
        name,
        profiles,
      });
      tx.audit({ action: 'runtime-keys.create', subject: `runtime-key:${id}`, assistantId, detail: { name, profiles } });
      return { id, key };
    });
  }
}
