import type { BlastRadius, ProfilePatch } from '@grantkeeper/contracts/profiles/http';
import { blastRadius } from '@grantkeeper/core/grants/blast-radius';
import { mayRevise } from '@grantkeeper/core/profiles/profile-status';
import { ProfileNotFound, ProfileWrongStatus } from '@grantkeeper/core/profiles/profiles.errors';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { countBoundGrants } from '@grantkeeper/platform/grants/bound-grants.view';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { RevisionDraft } from './revision-draft.js';

/** What a revision would touch, before it is saved. */
export class GetBlastRadius extends Query<BlastRadius> {
  constructor(
    readonly id: string,
    readonly patch: ProfilePatch,
    readonly correlationId: string,
  ) {
    super();
  }
}

@QueryHandler(GetBlastRadius)
export class GetBlastRadiusHandler implements IQueryHandler<GetBlastRadius> {
  constructor(
    private readonly pool: SqlPool,
    private readonly profiles: ProfileStore,
    private readonly draft: RevisionDraft,
  ) {}

  async execute({ id, patch, correlationId }: GetBlastRadius): Promise<BlastRadius> {
    const profile = await this.profiles.find(id);
    if (!profile) throw new ProfileNotFound();
    if (!mayRevise(profile.status)) throw new ProfileWrongStatus('revised', profile.status);
    const discovered = await this.draft.discovered(profile.definition, patch, correlationId);
    const revised = this.draft.of(profile, patch, discovered, 'patch.');
    return blastRadius(profile.definition, revised, await countBoundGrants(this.pool, id));
  }
}
