import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { AdminFiles } from './admin-pages/admin-files.js';
import { AdminPagesController } from './admin-pages/admin-pages.controller.js';
import { AssistantsModule } from './assistants/assistants.module.js';
import { AuthorizationsModule } from './authorizations/authorizations.module.js';
import type { ApiConfig } from './config.js';
import { GrantsModule } from './grants/grants.module.js';
import { AccessCheck } from './http/access-check.js';
import { CallerGuard } from './http/caller.guard.js';
import { OperatorReach } from './http/operator-reach.js';
import { ProblemFilter } from './http/problem.filter.js';
import { LiveModule } from './live/live.module.js';
import { OperatorsModule } from './operators/operators.module.js';
import { PlatformModule } from './platform.module.js';
import { ProfilesModule } from './profiles/profiles.module.js';
import { QueuesModule } from './queues/queues.module.js';
import { ReferenceController } from './reference/reference.controller.js';
import { RefreshModule } from './refresh/refresh.module.js';
import { SystemModule } from './system/system.module.js';
import { TestRunsModule } from './test-runs/test-runs.module.js';
import { UsersModule } from './users/users.module.js';

/** The whole API: what it stands on, and one module per capability. */
@Module({})
export class ApiModule {
  static with(config: ApiConfig): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        CqrsModule.forRoot(),
        DiscoveryModule,
        PlatformModule.with(config),
        AssistantsModule,
        OperatorsModule,
        ProfilesModule,
        AuthorizationsModule,
        GrantsModule,
        UsersModule,
        TestRunsModule,
        RefreshModule,
        QueuesModule,
        SystemModule,
        LiveModule,
      ],
      controllers: [ReferenceController, AdminPagesController],
      providers: [
        AccessCheck,
        AdminFiles,
        OperatorReach,
        { provide: APP_GUARD, useClass: CallerGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
