import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { ApiConfig } from './config.js';
import { AccessCheck } from './http/access-check.js';
import { CallerGuard } from './http/caller.guard.js';
import { ProblemFilter } from './http/problem.filter.js';
import { PlatformModule } from './platform.module.js';

/** The whole API: what it stands on, and one module per capability. */
@Module({})
export class ApiModule {
  static with(config: ApiConfig): DynamicModule {
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot(), DiscoveryModule, PlatformModule.with(config)],
      providers: [AccessCheck, { provide: APP_GUARD, useClass: CallerGuard }, { provide: APP_FILTER, useClass: ProblemFilter }],
    };
  }
}
