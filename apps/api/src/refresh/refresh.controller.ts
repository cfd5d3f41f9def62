import { type RefreshSummary, type ResumedProfile, refreshSummaryQuery } from '@grantkeeper/contracts/refresh/http';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { OperatorMay, RequestContext } from '../http/caller.js';
import { IdPipe } from '../http/id.pipe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { GetRefreshSummary } from './refresh-summary.queries.js';
import { ResumeProfile } from './resume-profile.command.js';

/** The refresh desk. */
@Controller('v1')
export class RefreshController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('refresh/summary')
  @OperatorMay('refresh.read')
  summary(@Query(new ZodPipe(refreshSummaryQuery)) { assistant }: z.infer<typeof refreshSummaryQuery>): Promise<RefreshSummary> {
    return this.queries.execute(new GetRefreshSummary(assistant ?? null));
  }

  @Post('profiles/:id/resume')
  @HttpCode(200)
  @OperatorMay('grants.manage')
  resume(@Param('id', new IdPipe(ProfileNotFound)) id: string, @RequestContext() context: Context): Promise<ResumedProfile> {
    return this.commands.execute(new ResumeProfile(id, context));
  }
}
