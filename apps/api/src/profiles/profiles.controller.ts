import { type Explain, type Explanation, explainSchema } from '@grantkeeper/contracts/profiles/explain';
import {
  type ApprovedOrigins,
  askBlastRadiusSchema,
  type BlastRadius,
  listProfilesQuery,
  listRevisionsQuery,
  type NewProfile,
  newProfileSchema,
  type ProfilePatch,
  type ProfileRevisionView,
  type ProfileView,
  profilePatchSchema,
} from '@grantkeeper/contracts/profiles/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { CorrelationId, OperatorMay, RequestContext } from '../http/caller.js';
import type { Page } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.js';
import { IfMatch, Revisioned } from '../http/revision.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { ApproveOrigins } from './approve-origins.command.js';
import { GetBlastRadius } from './blast-radius.queries.js';
import { ChangeProfileStatus } from './change-profile-status.command.js';
import { CreateProfile } from './create-profile.command.js';
import { ExplainProfile } from './explain.queries.js';
import { GetProfile, ListProfileRevisions, ListProfiles } from './profiles.queries.js';
import { ReviseProfile } from './revise-profile.command.js';

const idPipe = new IdPipe(ProfileNotFound);
const assistantIdPipe = new IdPipe(AssistantNotFound);

/** Authorization profiles: written, read, revised, deleted. */
@Controller('v1')
export class ProfilesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('assistants/:assistantId/profiles')
  @OperatorMay('profiles.write')
  @Idempotent()
  @Revisioned()
  create(
    @Param('assistantId', assistantIdPipe) assistantId: string,
    @Body(new ZodPipe(newProfileSchema)) input: NewProfile,
    @RequestContext() context: Context,
  ): Promise<ProfileView> {
    return this.commands.execute(new CreateProfile(assistantId, input, context));
  }

  @Get('assistants/:assistantId/profiles')
  @OperatorMay('profiles.read')
  list(
    @Param('assistantId', assistantIdPipe) assistantId: string,
    @Query(new ZodPipe(listProfilesQuery)) asked: z.infer<typeof listProfilesQuery>,
  ): Promise<Page<ProfileView>> {
    return this.queries.execute(new ListProfiles(assistantId, asked));
  }

  @Get('profiles/:id')
  @OperatorMay('profiles.read')
  @Revisioned()
  one(@Param('id', idPipe) id: string): Promise<ProfileView> {
    return this.queries.execute(new GetProfile(id));
  }

  @Patch('profiles/:id')
  @OperatorMay('profiles.write')
  @Revisioned()
  revise(
    @Param('id', idPipe) id: string,
    @IfMatch() readRevision: number,
    @Body(new ZodPipe(profilePatchSchema)) patch: ProfilePatch,
    @RequestContext() context: Context,
  ): Promise<ProfileView> {
    return this.commands.execute(new ReviseProfile(id, patch, readRevision, context));
  }

  @Post('profiles/:id/blast-radius')
  @HttpCode(200)
  @OperatorMay('profiles.write')
  blastRadius(
    @Param('id', idPipe) id: string,
    @Body(new ZodPipe(askBlastRadiusSchema)) { patch }: { patch: ProfilePatch },
    @CorrelationId() correlationId: string,
  ): Promise<BlastRadius> {
    return this.queries.execute(new GetBlastRadius(id, patch, correlationId));
  }

  @Post('profiles/:id/explain')
  @HttpCode(200)
  @OperatorMay('profiles.read')
  explain(@Param('id', idPipe) id: string, @Body(new ZodPipe(explainSchema)) asked: Explain): Promise<Explanation> {
    return this.queries.execute(new ExplainProfile(id, asked));
  }

  @Post('profiles/:id/approve-origins')
  @HttpCode(202)
  @OperatorMay('origins.approve')
  approveOrigins(
    @Param('id', idPipe) id: string,
    @IfMatch() readRevision: number,
    @RequestContext() context: Context,
  ): Promise<ApprovedOrigins> {
    return this.commands.execute(new ApproveOrigins(id, readRevision, context));
  }

  @Delete('profiles/:id')
  @HttpCode(202)
  @OperatorMay('profiles.write')
  @Revisioned()
  remove(@Param('id', idPipe) id: string, @RequestContext() context: Context): Promise<ProfileView> {
    return this.commands.execute(new ChangeProfileStatus(id, 'delete', context));
  }

  @Get('profiles/:id/revisions')
  @OperatorMay('profiles.read')
  revisions(
    @Param('id', idPipe) id: string,
    @Query(new ZodPipe(listRevisionsQuery)) page: z.infer<typeof listRevisionsQuery>,
  ): Promise<Page<ProfileRevisionView>> {
    return this.queries.execute(new ListProfileRevisions(id, page));
  }
}
