import { Module } from '@nestjs/common';
import { CallerGuard } from '../http/caller.guard.js';
import { OperatorReach } from '../http/operator-reach.js';
import { LiveController } from './live.controller.js';
import { LiveFeed } from './live-feed.js';

/** GET /v1/live   live-feed.ts → platform/live/live-tail.ts: one look at PostgreSQL for all who watch, twice a second */
@Module({ controllers: [LiveController], providers: [LiveFeed, CallerGuard, OperatorReach] })
export class LiveModule {}
