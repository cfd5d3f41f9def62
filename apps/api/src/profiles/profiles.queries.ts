import type { ProfileRevisionView, ProfileStatus, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import { findAssistant } from '@grantkeeper/platform/assistants/assistant.view';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { findProfileView, listProfiles, listRevisions } from '@grantkeeper/platform/profiles/profile.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';
import { namePlace, numberPlace, type Page, pageOf, readCursor } from '../http/cursor.js';

export interface ProfilesAsked {
  limit: number;
  cursor?: string;
  search?: string;
  type?: 'oauth2';
  status?: ProfileStatus;
}

export class ListProfiles extends Query<Page<ProfileView>> {
  constructor(
    readonly assistantId: string,
    readonly asked: ProfilesAsked,
  ) {
    super();
  }
}

@QueryHandler(ListProfiles)
export class ListProfilesHandler implements IQueryHandler<ListProfiles> {
  constructor(
    private readonly pool: SqlPool,
    private readonly config: ApiConfig,
  ) {}

  async execute({ assistantId, asked: { limit, cursor, ...filter } }: ListProfiles): Promise<Page<ProfileView>> {
    const after = readCursor(namePlace, cursor);
    if (!(await findAssistant(this.pool, assistantId))) throw new AssistantNotFound();
    const rows = await listProfiles(this.pool, this.config.publicUrl, {
      assistantId,
      ...filter,
      afterName: after?.name ?? null,
      limit: limit + 1,
    });
    return pageOf(
      rows,
      limit,
      ({ name }) => ({ name }),
      (view) => view,
    );
  }
}

export class GetProfile extends Query<ProfileView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetProfile)
export class GetProfileHandler implements IQueryHandler<GetProfile> {
  constructor(
    private readonly pool: SqlPool,
    private readonly config: ApiConfig,
  ) {}

  async execute({ id }: GetProfile): Promise<ProfileView> {
    const profile = await findProfileView(this.pool, this.config.publicUrl, id);
    if (!profile) throw new ProfileNotFound();
    return profile;
  }
}

export class ListProfileRevisions extends Query<Page<ProfileRevisionView>> {
  constructor(
    readonly id: string,
    readonly page: { limit: number; cursor?: string },
  ) {
    super();
  }
}

@QueryHandler(ListProfileRevisions)
export class ListProfileRevisionsHandler implements IQueryHandler<ListProfileRevisions> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ id, page: { limit, cursor } }: ListProfileRevisions): Promise<Page<ProfileRevisionView>> {
    const before = readCursor(numberPlace, cursor);
    const rows = await listRevisions(this.pool, id, before?.number ?? null, limit + 1);
    if (rows.length === 0 && before === null) throw new ProfileNotFound(); // every profile has its first revision
    return pageOf(
      rows,
      limit,
      ({ revision }) => ({ number: revision }),
      (view) => view,
    );
  }
}
