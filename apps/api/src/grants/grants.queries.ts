import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { findAssistant } from '@grantkeeper/platform/assistants/assistant.view';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { findGrant, type GrantFilter, listGrants } from '@grantkeeper/platform/grants/grant.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { idPlace, type Page, pageOf, readCursor } from '../http/cursor.js';
import { boundsOf } from './sign-out.command.js';

/** One grant, as far as the caller may see it. */
export class GetGrant extends Query<GrantView> {
  constructor(
    readonly grantId: string,
    readonly actor: Actor,
  ) {
    super();
  }
}

@QueryHandler(GetGrant)
export class GetGrantHandler implements IQueryHandler<GetGrant> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ grantId, actor }: GetGrant): Promise<GrantView> {
    const { assistantId, profiles } = boundsOf(actor);
    const grant = await findGrant(this.pool, grantId, assistantId, profiles);
    if (!grant) throw new GrantNotFound();
    const { assistantId: _, ...view } = grant;
    return view;
  }
}

/** A page of grants in the order of their ids. */
export class ListGrants extends Query<Page<GrantView>> {
  constructor(
    readonly filter: Omit<GrantFilter, 'afterId'>,
    readonly cursor: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListGrants)
export class ListGrantsHandler implements IQueryHandler<ListGrants> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ filter, cursor }: ListGrants): Promise<Page<GrantView>> {
    const after = readCursor(idPlace, cursor);
    if (!(await findAssistant(this.pool, filter.assistantId))) throw new AssistantNotFound();
    const rows = await listGrants(this.pool, { ...filter, afterId: after?.id ?? null, limit: filter.limit + 1 });
    return pageOf(
      rows,
      filter.limit,
      ({ id }) => ({ id }),
      (view) => view,
    );
  }
}
