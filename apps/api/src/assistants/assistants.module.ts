import { Module } from '@nestjs/common';
import { AssistantsController } from './assistants.controller.js';
import { GetAssistantHandler, ListAssistantsHandler, ListRuntimeKeysHandler } from './assistants.queries.js';
import { CreateAssistantHandler } from './create-assistant.command.js';
import { CreateRuntimeKeyHandler } from './create-runtime-key.command.js';
import { DeleteAssistantHandler } from './delete-assistant.command.js';
import { RenameAssistantHandler } from './rename-assistant.command.js';
import { RevokeRuntimeKeyHandler } from './revoke-runtime-key.command.js';
import { RuntimeKeysController } from './runtime-keys.controller.js';

/**
 * POST|GET /v1/assistants                     GET|PATCH|DELETE /v1/assistants/:a
 * POST|GET /v1/assistants/:a/runtime-keys     DELETE /v1/runtime-keys/:id
 *
 * command → packages/platform/src/assistants/assistant.store.ts, with event and audit entry in one transaction.
 */
@Module({
  controllers: [AssistantsController, RuntimeKeysController],
  providers: [
    CreateAssistantHandler,
    RenameAssistantHandler,
    DeleteAssistantHandler,
    CreateRuntimeKeyHandler,
    RevokeRuntimeKeyHandler,
    ListAssistantsHandler,
    GetAssistantHandler,
    ListRuntimeKeysHandler,
  ],
})
export class AssistantsModule {}
