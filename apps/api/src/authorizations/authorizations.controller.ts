import {
  type AuthorizationState,
  type AuthorizationView,
  authorizationQuery,
  type CompleteAuthorization as Completion,
  completeAuthorizationSchema,
} from '@grantkeeper/contracts/authorizations/http';
import { AuthorizationNotFound } from '@grantkeeper/core/authorizations/authorizations.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Caller, CorrelationId, RuntimeOnly } from '../http/caller.js';
import { IdPipe } from '../http/id.pipe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { GetAuthorization } from './authorizations.queries.js';
import { CompleteAuthorization } from './complete-authorization.command.js';

type Runtime = Extract<Actor, { kind: 'runtime' }>;

const idPipe = new IdPipe(AuthorizationNotFound);

/** What a runtime does with an authorization that it was given. */
@Controller('v1/authorizations')
export class AuthorizationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get(':id')
  @RuntimeOnly()
  read(
    @Param('id', idPipe) id: string,
    @Query(new ZodPipe(authorizationQuery)) query: { waitSeconds: number },
    @Caller() runtime: Actor,
  ): Promise<AuthorizationView> {
    return this.queries.execute(new GetAuthorization(id, runtime as Runtime, query.waitSeconds));
  }

  @Post(':id/complete')
  @HttpCode(200)
  @RuntimeOnly()
  async complete(
    @Param('id', idPipe) id: string,
    @Body(new ZodPipe(completeAuthorizationSchema)) completion: Completion,
    @Caller() runtime: Actor,
    @CorrelationId() correlationId: string,
  ): Promise<{ status: AuthorizationState }> {
    return {
      status: await this.commands.execute(new CompleteAuthorization(id, completion, runtime as Runtime, correlationId)),
    };
  }
}
