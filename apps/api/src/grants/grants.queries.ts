import type { GrantSearch, GrantView } from '@grantkeeper/contracts/grants/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { findAssistant } from '@grantkeeper/platform/assistants/assistant.view';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { findGrant, listUserGrants, type UserGrants } from '@grantkeeper/platform/grants/grant.view';
import { searchGrants } from '@grantkeeper/platform/grants/search-grants.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { idPlace, instantPlace, type Page, pageOf, readCursor } from '../http/cursor.js';
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
    return grant;
  }
}

/** A page of a user's grants, in the order of their ids. */
export class ListUserGrants extends Query<Page<GrantView>> {
  constructor(
    readonly asked: Omit<UserGrants, 'afterId'>,
    readonly cursor: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListUserGrants)
export class ListUserGrantsHandler implements IQueryHandler<ListUserGrants> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ asked, cursor }: ListUserGrants): Promise<Page<GrantView>> {
    const after = readCursor(idPlace, cursor);
    const rows = await listUserGrants(this.pool, { ...asked, afterId: after?.id ?? null, limit: asked.limit + 1 });
    return pageOf(
      rows,
      asked.limit,
      ({ id }) => ({ id }),
      (view) => view,
    );
  }
}

/** A page of an assistant's grants, the latest consent first. */
export class SearchGrants extends Query<Page<GrantView>> {
  constructor(
    readonly assistantId: string,
    readonly search: GrantSearch,
    readonly page: { limit: number; cursor?: string },
  ) {
    super();
  }
}

@QueryHandler(SearchGrants)
export class SearchGrantsHandler implements IQueryHandler<SearchGrants> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ assistantId, search, page: { limit, cursor } }: SearchGrants): Promise<Page<GrantView>> {
    const after = readCursor(instantPlace, cursor);
    if (!(await findAssistant(this.pool, assistantId))) throw new AssistantNotFound();
    const rows = await searchGrants(this.pool, assistantId, search, after, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ place }) => place,
      ({ view }) => view,
    );
  }
}
