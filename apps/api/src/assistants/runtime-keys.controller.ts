import {
  listRuntimeKeysQuery,
  type NewRuntimeKey,
  newRuntimeKeySchema,
  type RuntimeKeyView,
} from '@grantkeeper/contracts/assistants/http';
import { AssistantNotFound, RuntimeKeyNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { OperatorMay, RequestContext } from '../http/caller.js';
import type { Page } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { ListRuntimeKeys } from './assistants.queries.js';
import { CreateRuntimeKey } from './create-runtime-key.command.js';
import { RevokeRuntimeKey } from './revoke-runtime-key.command.js';

/** Runtime keys: shown once, stored as a hash, refused from the call after their revocation. */
@Controller('v1')
export class RuntimeKeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('assistants/:assistantId/runtime-keys')
  @OperatorMay('runtime-keys.write')
  create(
    @Param('assistantId', new IdPipe(AssistantNotFound)) assistantId: string,
    @Body(new ZodPipe(newRuntimeKeySchema)) input: NewRuntimeKey,
    @RequestContext() context: Context,
  ): Promise<{ id: string; key: string }> {
    return this.commands.execute(new CreateRuntimeKey(assistantId, input, context));
  }

  @Get('assistants/:assistantId/runtime-keys')
  @OperatorMay('runtime-keys.read')
  list(
    @Param('assistantId', new IdPipe(AssistantNotFound)) assistantId: string,
    @Query(new ZodPipe(listRuntimeKeysQuery)) page: z.infer<typeof listRuntimeKeysQuery>,
  ): Promise<Page<RuntimeKeyView>> {
    return this.queries.execute(new ListRuntimeKeys(assistantId, page));
  }

  @Delete('runtime-keys/:id')
  @HttpCode(204)
  @OperatorMay('runtime-keys.write')
  revoke(@Param('id', new IdPipe(RuntimeKeyNotFound)) id: string, @RequestContext() context: Context): Promise<void> {
    return this.commands.execute(new RevokeRuntimeKey(id, context));
  }
}
