import { Module } from '@nestjs/common';
import { RefreshController } from './refresh.controller.js';
import { GetRefreshSummaryHandler } from './refresh-summary.queries.js';
import { ResumeProfileHandler } from './resume-profile.command.js';

/**
 * GET  /v1/refresh/summary        refresh-summary.queries.ts: what workers count and tell, and the projection refresh_activity
 * POST /v1/profiles/:id/resume    resume-profile.command.ts: puts a fault aside
 */
@Module({ controllers: [RefreshController], providers: [GetRefreshSummaryHandler, ResumeProfileHandler] })
export class RefreshModule {}
