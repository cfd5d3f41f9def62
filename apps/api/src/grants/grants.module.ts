// Grants over HTTP. A runtime's ask:
//   POST   /v1/token                      token.route.ts → give-token.ts      → platform/grants/token-read.ts (one statement: key, profile, grant, record)
//                                         not fresh → platform/grants/want-refresh.ts → job grants.refresh → worker/grants/refresh.processor.ts → waiters
//                                         no grant  → authorizations/open-authorization.command.ts
//   GET    /v1/grants?user=               grants.controller.ts → grants.queries.ts
//   GET    /v1/grants/:id                 same
//   DELETE /v1/grants/:id                 sign-out.command.ts → job grants.revoke-upstream → waits for its word
//   POST   /v1/grants/:id/refresh         refresh-now.command.ts
//   POST   /v1/grants/:id/allow-other-account  allow-other-account.command.ts
//   GET    /v1/assistants/:id/grants      grants.queries.ts → platform/grants/search-grants.view.ts
//   GET    /v1/assistants/:id/grants.csv  export-grants.queries.ts
//   GET    /v1/grants/:id/timeline        grant-timeline.queries.ts
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { TokenReader } from '@grantkeeper/platform/grants/token-read';
import { RefreshWishes } from '@grantkeeper/platform/grants/want-refresh';
import { Module } from '@nestjs/common';
import { AfterCommit } from '../after-commit.js';
import { AllowOtherAccountHandler } from './allow-other-account.command.js';
import { AskedTenant } from './asked-tenant.js';
import { ExportGrantsHandler } from './export-grants.queries.js';
import { GiveToken } from './give-token.js';
import { GetGrantTimelineHandler } from './grant-timeline.queries.js';
import { GrantsController } from './grants.controller.js';
import { GetGrantHandler, ListUserGrantsHandler, SearchGrantsHandler } from './grants.queries.js';
import { ReadyAnswer } from './ready-answer.js';
import { RefreshNowHandler } from './refresh-now.command.js';
import { SignOutHandler } from './sign-out.command.js';
import { TokenRoute } from './token.route.js';

@Module({
  controllers: [GrantsController],
  providers: [
    { provide: TokenReader, useFactory: (pool: SqlPool) => new TokenReader(pool), inject: [SqlPool] },
    {
      provide: RefreshWishes,
      useFactory: (pool: SqlPool, { publish }: AfterCommit) => new RefreshWishes(pool, publish),
      inject: [SqlPool, AfterCommit],
    },
    AskedTenant,
    GiveToken,
    TokenRoute,
    ReadyAnswer,
    GetGrantHandler,
    ListUserGrantsHandler,
    SearchGrantsHandler,
    ExportGrantsHandler,
    GetGrantTimelineHandler,
    RefreshNowHandler,
    AllowOtherAccountHandler,
    SignOutHandler,
  ],
})
export class GrantsModule {}
