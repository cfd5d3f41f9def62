import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { findGrant, type GrantFilter, listGrants } from '@grantkeeper/platform/grants/grant.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
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
export class ListGrants extends Query<{ items: GrantView[]; nextCursor: string | null }> {
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

  async execute({ filter, cursor }: ListGrants): Promise<{ items: GrantView[]; nextCursor: string | null }> {
    const items = await listGrants(this.pool, { ...filter, afterId: cursor ?? null, limit: filter.limit + 1 });
    const more = items.length > filter.limit;
    const page = more ? items.slice(0, filter.limit) : items;
    return { items: page, nextCursor: more ? (page.at(-1)?.id ?? null) : null };
  }
}
