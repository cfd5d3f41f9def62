import { Module } from '@nestjs/common';
import { ApproveOriginsHandler } from './approve-origins.command.js';
import { GetBlastRadiusHandler } from './blast-radius.queries.js';
import { ChangeProfileStatusHandler } from './change-profile-status.command.js';
import { ClientSecrets } from './client-secrets.js';
import { CreateProfileHandler } from './create-profile.command.js';
import { Discovery } from './discovery.js';
import { ExplainProfileHandler } from './explain.queries.js';
import { ProfileStatusController } from './profile-status.controller.js';
import { ProfilesController } from './profiles.controller.js';
import { GetProfileHandler, ListProfileRevisionsHandler, ListProfilesHandler } from './profiles.queries.js';
import { ReviseProfileHandler } from './revise-profile.command.js';
import { RevisionDraft } from './revision-draft.js';

/**
 * POST|GET /v1/assistants/:a/profiles     GET|PATCH|DELETE /v1/profiles/:id     GET /v1/profiles/:id/revisions
 * POST /v1/profiles/:id/{disable,enable,archive,restore}     POST /v1/profiles/:id/{blast-radius,explain,approve-origins}
 *
 * contract → endpoint policy → discovery (outside any transaction) → packages/core/src/profiles/profile.ts → packages/platform/src/profiles/profile.store.ts.
 * approve-origins lets grants follow: job profiles.rebind-grants, apps/worker/src/profiles/rebind-grants.processor.ts.
 * DELETE only marks the profile: apps/worker/src/profiles/delete-grants.processor.ts ends its grants and removes it.
 */
@Module({
  controllers: [ProfilesController, ProfileStatusController],
  providers: [
    CreateProfileHandler,
    ReviseProfileHandler,
    ChangeProfileStatusHandler,
    ApproveOriginsHandler,
    ListProfilesHandler,
    GetProfileHandler,
    ListProfileRevisionsHandler,
    GetBlastRadiusHandler,
    ExplainProfileHandler,
    RevisionDraft,
    Discovery,
    ClientSecrets,
  ],
})
export class ProfilesModule {}
