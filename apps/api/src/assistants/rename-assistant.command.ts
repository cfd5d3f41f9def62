import type { AssistantPatch, AssistantView } from '@grantkeeper/contracts/assistants/http';
import { changedMembers } from '@grantkeeper/core/kernel/changed-members';
import { AssistantStore } from '@grantkeeper/platform/assistants/assistant.store';
import { assistantView } from '@grantkeeper/platform/assistants/assistant.view';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuseStale } from '../http/revision.js';

export class RenameAssistant extends Command<AssistantView> {
  constructor(
    readonly id: string,
    readonly patch: AssistantPatch,
    readonly readRevision: number,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(RenameAssistant)
export class RenameAssistantHandler implements ICommandHandler<RenameAssistant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly assistants: AssistantStore,
  ) {}

  execute({ id, patch, readRevision, context }: RenameAssistant): Promise<AssistantView> {
    return this.unitOfWork.run(context, async (tx) => {
      const before = await this.assistants.lock(tx.manager, id);
      refuseStale(before, readRevision);
      const { name = before.name } = patch;
      if (name === before.name) return assistantView(before);
      const after = await this.assistants.rename(tx.manager, before, name);
      tx.record(`assistant-${id}`, id, { type: 'assistants.renamed.v1', assistantId: id, name });
      tx.audit({
        action: 'assistants.rename',
        subject: `assistant:${id}`,
        assistantId: id,
        detail: { ...changedMembers({ name: before.name }, { name }) },
      });
      return assistantView(after);
    });
  }
}
