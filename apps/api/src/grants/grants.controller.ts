import {
  exportGrantsQuery,
  type GrantSearch,
  type GrantView,
  listUserGrantsQuery,
  type OtherAccountAllowed,
  type SignOutAnswer,
  searchGrantsQuery,
} from '@grantkeeper/contracts/grants/http';
import { grantTimelineQuery, type TimelineEntry } from '@grantkeeper/contracts/grants/timeline';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Caller, EitherMay, OperatorMay, RequestContext, RuntimeOnly } from '../http/caller.js';
import type { Page } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AllowOtherAccount } from './allow-other-account.command.js';
import { ExportGrants } from './export-grants.queries.js';
import { GetGrantTimeline } from './grant-timeline.queries.js';
import { GetGrant, ListUserGrants, SearchGrants } from './grants.queries.js';
import { RefreshNow } from './refresh-now.command.js';
import { SignOut } from './sign-out.command.js';

/** Grants as runtimes and operators see them: never a token. */
@Controller('v1')
export class GrantsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('grants')
  @RuntimeOnly()
  ofUser(
    @Query(new ZodPipe(listUserGrantsQuery)) { cursor, ...query }: z.infer<typeof listUserGrantsQuery>,
    @Caller() actor: Actor,
  ): Promise<Page<GrantView>> {
    const { assistantId, profiles } = actor as Extract<Actor, { kind: 'runtime' }>;
    return this.queries.execute(new ListUserGrants({ assistantId, profiles, ...query }, cursor));
  }

  @Get('assistants/:assistantId/grants')
  @OperatorMay('grants.read')
  ofAssistant(
    @Param('assistantId', new IdPipe(AssistantNotFound)) assistantId: string,
    @Query(new ZodPipe(searchGrantsQuery)) { limit, cursor, ...search }: z.infer<typeof searchGrantsQuery>,
  ): Promise<Page<GrantView>> {
    return this.queries.execute(new SearchGrants(assistantId, search, { limit, cursor }));
  }

  @Get('assistants/:assistantId/grants.csv')
  @OperatorMay('grants.read')
  async asCsv(
    @Param('assistantId', new IdPipe(AssistantNotFound)) assistantId: string,
    @Query(new ZodPipe(exportGrantsQuery)) search: GrantSearch,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const csv = await this.queries.execute(new ExportGrants(assistantId, search));
    void reply
      .headers({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="grants.csv"' })
      .send(csv);
  }

  @Get('grants/:id/timeline')
  @OperatorMay('grants.read')
  timeline(
    @Param('id', new IdPipe(GrantNotFound)) id: string,
    @Query(new ZodPipe(grantTimelineQuery)) page: z.infer<typeof grantTimelineQuery>,
  ): Promise<Page<TimelineEntry>> {
    return this.queries.execute(new GetGrantTimeline(id, page));
  }

  @Get('grants/:id')
  @EitherMay('grants.read')
  one(@Param('id', new IdPipe(GrantNotFound)) id: string, @Caller() actor: Actor): Promise<GrantView> {
    return this.queries.execute(new GetGrant(id, actor));
  }

  @Delete('grants/:id')
  @HttpCode(200)
  @EitherMay('grants.manage')
  signOut(@Param('id', new IdPipe(GrantNotFound)) id: string, @RequestContext() context: Context): Promise<SignOutAnswer> {
    return this.commands.execute(new SignOut(id, context));
  }

  @Post('grants/:id/refresh')
  @HttpCode(202)
  @OperatorMay('grants.manage')
  refresh(
    @Param('id', new IdPipe(GrantNotFound)) id: string,
    @RequestContext() context: Context,
  ): Promise<{ grantId: string; tokenVersion: number }> {
    return this.commands.execute(new RefreshNow(id, context));
  }

  @Post('grants/:id/allow-other-account')
  @HttpCode(200)
  @OperatorMay('grants.manage')
  @Idempotent()
  allowOtherAccount(
    @Param('id', new IdPipe(GrantNotFound)) id: string,
    @RequestContext() context: Context,
  ): Promise<OtherAccountAllowed> {
    return this.commands.execute(new AllowOtherAccount(id, context));
  }
}
