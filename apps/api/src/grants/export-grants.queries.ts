import { Readable } from 'node:stream';
import type { GrantSearch } from '@grantkeeper/contracts/grants/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { csvLine } from '@grantkeeper/core/kernel/csv';
import { findAssistant } from '@grantkeeper/platform/assistants/assistant.view';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type GrantPlace, type PlacedGrant, searchGrants } from '@grantkeeper/platform/grants/search-grants.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';

/** Read at once, and the most that is held in memory. */
const batch = 1_000;

/** The columns, in their order. */
const columns = {
  id: ({ id }) => id,
  user: ({ user }) => user,
  profile: ({ profileName }) => profileName,
  provider: ({ identityProvider }) => identityProvider,
  tenant: ({ tenant }) => tenant,
  account: ({ account }) => account,
  accountLabel: ({ accountLabel }) => accountLabel,
  status: ({ status }) => status,
  reason: ({ reason }) => reason,
  tokenVersion: ({ tokenVersion }) => String(tokenVersion),
  scopes: ({ scopes }) => scopes.join(' '),
  consentedAt: ({ consentedAt }) => consentedAt,
  expiresAt: ({ expiresAt }) => expiresAt,
  dueAt: ({ dueAt }) => dueAt,
  refreshTokenEndsAt: ({ refreshTokenEndsAt }) => refreshTokenEndsAt,
  lastFailure: ({ lastFailure }) => lastFailure,
  lastFailureAt: ({ lastFailureAt }) => lastFailureAt,
  failures: ({ failures }) => String(failures),
  lastUsedOn: ({ lastUsedOn }) => lastUsedOn,
  endedAt: ({ endedAt }) => endedAt,
} satisfies Record<string, (grant: PlacedGrant['view']) => string | null>;

/** All grants that a search finds, as lines of CSV, read as fast as they are taken. */
export class ExportGrants extends Query<Readable> {
  constructor(
    readonly assistantId: string,
    readonly search: GrantSearch,
  ) {
    super();
  }
}

@QueryHandler(ExportGrants)
export class ExportGrantsHandler implements IQueryHandler<ExportGrants> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ assistantId, search }: ExportGrants): Promise<Readable> {
    if (!(await findAssistant(this.pool, assistantId))) throw new AssistantNotFound();
    return Readable.from(this.lines(assistantId, search), { highWaterMark: 1 });
  }

  private async *lines(assistantId: string, search: GrantSearch): AsyncGenerator<string> {
    yield csvLine(Object.keys(columns));
    for (let after: GrantPlace | null = null; ; ) {
      const found: PlacedGrant[] = await searchGrants(this.pool, assistantId, search, after, batch);
      if (found.length > 0) yield found.map(({ view }) => csvLine(Object.values(columns).map((cell) => cell(view)))).join('');
      if (found.length < batch) return;
      after = found.at(-1)?.place ?? null;
    }
  }
}
