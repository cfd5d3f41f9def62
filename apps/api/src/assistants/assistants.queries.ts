import type { AssistantView, RuntimeKeyView } from '@grantkeeper/contracts/assistants/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { findAssistant, listAssistants, listRuntimeKeys } from '@grantkeeper/platform/assistants/assistant.view';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { instantPlace, namePlace, type Page, pageOf, readCursor } from '../http/cursor.js';

interface PageAsked {
  limit: number;
  cursor?: string;
}

export class ListAssistants extends Query<Page<AssistantView>> {
  constructor(
    readonly page: PageAsked,
    readonly seen: 'all' | string[],
  ) {
    super();
  }
}

@QueryHandler(ListAssistants)
export class ListAssistantsHandler implements IQueryHandler<ListAssistants> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ page: { limit, cursor }, seen }: ListAssistants): Promise<Page<AssistantView>> {
    const after = readCursor(namePlace, cursor);
    const rows = await listAssistants(this.pool, seen, after?.name ?? null, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ name }) => ({ name }),
      (view) => view,
    );
  }
}

export class GetAssistant extends Query<AssistantView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetAssistant)
export class GetAssistantHandler implements IQueryHandler<GetAssistant> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ id }: GetAssistant): Promise<AssistantView> {
    const assistant = await findAssistant(this.pool, id);
    if (!assistant) throw new AssistantNotFound();
    return assistant;
  }
}

export class ListRuntimeKeys extends Query<Page<RuntimeKeyView>> {
  constructor(
    readonly assistantId: string,
    readonly page: PageAsked,
  ) {
    super();
  }
}

@QueryHandler(ListRuntimeKeys)
export class ListRuntimeKeysHandler implements IQueryHandler<ListRuntimeKeys> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ assistantId, page: { limit, cursor } }: ListRuntimeKeys): Promise<Page<RuntimeKeyView>> {
    const after = readCursor(instantPlace, cursor);
    if (!(await findAssistant(this.pool, assistantId))) throw new AssistantNotFound();
    const rows = await listRuntimeKeys(this.pool, assistantId, after, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ place }) => place,
      ({ view }) => view,
    );
  }
}
