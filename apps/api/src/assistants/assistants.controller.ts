import {
  type AssistantPatch,
  type AssistantView,
  assistantPatchSchema,
  listAssistantsQuery,
  type NewAssistant,
  newAssistantSchema,
} from '@grantkeeper/contracts/assistants/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { Caller, OperatorMay, RequestContext } from '../http/caller.js';
import type { Page } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.js';
import { seenBy } from '../http/operator-reach.js';
import { IfMatch, Revisioned } from '../http/revision.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { GetAssistant, ListAssistants } from './assistants.queries.js';
import { CreateAssistant } from './create-assistant.command.js';
import { DeleteAssistant } from './delete-assistant.command.js';
import { RenameAssistant } from './rename-assistant.command.js';

const idPipe = new IdPipe(AssistantNotFound);

/** Assistants: the boundary that profiles, keys and grants belong to. */
@Controller('v1/assistants')
export class AssistantsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @OperatorMay('assistants.write')
  @Idempotent()
  @Revisioned()
  create(@Body(new ZodPipe(newAssistantSchema)) input: NewAssistant, @RequestContext() context: Context): Promise<AssistantView> {
    return this.commands.execute(new CreateAssistant(input, context));
  }

  @Get()
  @OperatorMay('assistants.read')
  list(
    @Query(new ZodPipe(listAssistantsQuery)) page: z.infer<typeof listAssistantsQuery>,
    @Caller() actor: Actor,
  ): Promise<Page<AssistantView>> {
    return this.queries.execute(new ListAssistants(page, seenBy(actor, 'assistants.read')));
  }

  @Get(':assistantId')
  @OperatorMay('assistants.read')
  @Revisioned()
  one(@Param('assistantId', idPipe) id: string): Promise<AssistantView> {
    return this.queries.execute(new GetAssistant(id));
  }

  @Patch(':assistantId')
  @OperatorMay('assistants.write')
  @Revisioned()
  rename(
    @Param('assistantId', idPipe) id: string,
    @IfMatch() readRevision: number,
    @Body(new ZodPipe(assistantPatchSchema)) patch: AssistantPatch,
    @RequestContext() context: Context,
  ): Promise<AssistantView> {
    return this.commands.execute(new RenameAssistant(id, patch, readRevision, context));
  }

  @Delete(':assistantId')
  @HttpCode(204)
  @OperatorMay('assistants.write')
  remove(@Param('assistantId', idPipe) id: string, @RequestContext() context: Context): Promise<void> {
    return this.commands.execute(new DeleteAssistant(id, context));
  }
}
