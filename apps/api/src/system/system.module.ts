import { Module } from '@nestjs/common';
import { HealthController } from '../http/health.controller.js';
import { Readiness } from '../http/readiness.js';
import { SystemController } from './system.controller.js';
import { GetSystemHandler } from './system.queries.js';

/**
 * GET /v1/system                  system.queries.ts
 * GET /health/live, /health/ready  http/health.controller.ts, of the same source: http/readiness.ts
 */
@Module({ controllers: [HealthController, SystemController], providers: [Readiness, GetSystemHandler] })
export class SystemModule {}
