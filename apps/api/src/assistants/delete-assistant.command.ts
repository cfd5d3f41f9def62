import { AssistantStore } from '@grantkeeper/platform/assistants/assistant.store';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

export class DeleteAssistant extends Command<void> {
  constructor(
    readonly id: string,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(DeleteAssistant)
export class DeleteAssistantHandler implements ICommandHandler<DeleteAssistant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly assistants: AssistantStore,
  ) {}

  execute({ id, context }: DeleteAssistant): Promise<void> {
    return this.unitOfWork.run(context, async (tx) => {
      const assistant = await this.assistants.lock(tx.manager, id);
      await this.assistants.remove(tx.manager, assistant);
      tx.record(`assistant-${id}`, id, { type: 'assistants.deleted.v1', assistantId: id });
      tx.audit({ action: 'assistants.delete', subject: `assistant:${id}`, assistantId: id, detail: { name: assistant.name } });
    });
  }
}
