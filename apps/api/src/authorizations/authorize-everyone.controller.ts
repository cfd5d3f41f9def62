import {
  type AuthorizeEveryone,
  type AuthorizeEveryoneAnswer,
  authorizeEveryoneSchema,
} from '@grantkeeper/contracts/profiles/http';
import { everyone } from '@grantkeeper/core/grants/everyone';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import { findProfileForConsent } from '@grantkeeper/platform/authorizations/authorization.view';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { OperatorMay, RequestContext } from '../http/caller.js';
import { IdPipe } from '../http/id.pipe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { OpenAuthorization } from './open-authorization.command.js';

/** An operator's consent that serves everyone: the link is for the operator who asks. */
@Controller('v1/profiles/:id/authorize')
export class AuthorizeEveryoneController {
  constructor(
    private readonly commands: CommandBus,
    private readonly pool: SqlPool,
  ) {}

  @Post()
  @OperatorMay('grants.manage')
  async authorize(
    @Param('id', new IdPipe(ProfileNotFound)) profileId: string,
    @Body(new ZodPipe(authorizeEveryoneSchema)) { account, tenant }: AuthorizeEveryone,
    @RequestContext() { actor, correlationId }: Context,
  ): Promise<AuthorizeEveryoneAnswer> {
    const profile = await findProfileForConsent(this.pool, profileId);
    if (!profile) throw new ProfileNotFound();
    const ask = { replaces: true, displayName: null, returnUrl: null, verifierChallenge: null, fields: {}, context: {} };
    const { assistantId } = profile;
    const opened = await this.commands.execute(
      new OpenAuthorization(
        { ...ask, assistantId, profileId, user: everyone, account, tenant: tenant ?? null, runtimeKeyId: null, operator: actor },
        correlationId,
      ),
    );
    if (!opened) throw new ProfileNotFound();
    return { ...opened, expiresAt: opened.expiresAt.toISOString() };
  }
}
