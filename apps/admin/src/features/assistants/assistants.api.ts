import {
  type AssistantView,
  assistantPatchSchema,
  assistantSchema,
  assistantsPageSchema,
  type NewAssistant,
  newAssistantSchema,
} from '@grantkeeper/contracts/assistants/http';
import { ask, pathOf } from '../../api/client.js';
import { listQuery } from '../../api/pages.js';

export const assistantsListQuery = listQuery({ key: ['assistants', 'list'], path: '/v1/assistants', page: assistantsPageSchema });

export const createAssistant = (input: NewAssistant): Promise<AssistantView> =>
  ask('POST', '/v1/assistants', assistantSchema, {
    body: newAssistantSchema.parse(input),
    idempotencyKey: crypto.randomUUID(),
  });

export const renameAssistant = ({ id, revision }: AssistantView, name: string): Promise<AssistantView> =>
  ask('PATCH', pathOf`/v1/assistants/${id}`, assistantSchema, { body: assistantPatchSchema.parse({ name }), ifMatch: revision });

export const deleteAssistant = (id: string): Promise<void> => ask('DELETE', pathOf`/v1/assistants/${id}`, null);
