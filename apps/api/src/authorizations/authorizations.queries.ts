import type { AuthorizationView } from '@grantkeeper/contracts/authorizations/http';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { AuthorizationWatch } from './authorization-watch.js';

/** How an authorization stands; with `waitSeconds`, once it is over or needs the runtime. */
export class GetAuthorization extends Query<AuthorizationView> {
  constructor(
    readonly authorizationId: string,
    readonly runtime: Extract<Actor, { kind: 'runtime' }>,
    readonly waitSeconds: number,
  ) {
    super();
  }
}

@QueryHandler(GetAuthorization)
export class GetAuthorizationHandler implements IQueryHandler<GetAuthorization> {
  constructor(private readonly watch: AuthorizationWatch) {}

  execute({ authorizationId, runtime, waitSeconds }: GetAuthorization): Promise<AuthorizationView> {
    return this.watch.untilOutcome(authorizationId, runtime, waitSeconds * 1000);
  }
}
