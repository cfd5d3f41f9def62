import { randomUUID } from 'node:crypto';
import type { AssistantView, NewAssistant } from '@grantkeeper/contracts/assistants/http';
import { AssistantStore } from '@grantkeeper/platform/assistants/assistant.store';
import { assistantView } from '@grantkeeper/platform/assistants/assistant.view';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

export class CreateAssistant extends Command<AssistantView> {
  constructor(
    readonly input: NewAssistant,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(CreateAssistant)
export class CreateAssistantHandler implements ICommandHandler<CreateAssistant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly assistants: AssistantStore,
  ) {}

  execute({ input: { name }, context }: CreateAssistant): Promise<AssistantView> {
    return this.unitOfWork.run(context, async (tx) => {
      const id = randomUUID();
      const assistant = await this.assistants.add(tx.manager, id, name);
      tx.record(`assistant-${id}`, id, { type: 'assistants.created.v1', assistantId: id, name });
      tx.audit({ action: 'assistants.create', subject: `assistant:${id}`, assistantId: id, detail: { name } });
      return assistantView(assistant);
    });
  }
}
