import { type Roles, type SessionView, signInSchema } from '@grantkeeper/contracts/operators/http';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { ForeignOrigin, Unauthenticated } from '@grantkeeper/core/kernel/request.errors';
import { permissionsOf } from '@grantkeeper/core/operators/roles';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { emailOf } from '@grantkeeper/platform/operators/operator.view';
import { operatorBySession } from '@grantkeeper/platform/operators/operator-credentials';
import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ApiConfig } from '../config.js';
import { Anyone, Caller, OperatorMay, RequestContext } from '../http/caller.js';
import { sessionCookie, sessionTokenOf } from '../http/session-cookie.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { SignIn } from './sign-in.service.js';

/** Who is signed in, by session cookie or API token. */
@Controller('v1/session')
export class SessionController {
  constructor(
    private readonly signIn: SignIn,
    private readonly pool: SqlPool,
    private readonly config: ApiConfig,
  ) {}

  @Post()
  @HttpCode(200)
  @Anyone()
  async start(
    @Body(new ZodPipe(signInSchema)) { email, password }: z.infer<typeof signInSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const { origin } = request.headers;
    if (origin !== undefined && origin !== this.config.publicUrl) throw new ForeignOrigin(); // nobody is signed in by another site
    const { token, expiresAt, ...operator } = await this.signIn.start(email, password, {
      ip: request.ip,
      correlationId: request.id,
    });
    void reply.header('set-cookie', sessionCookie(token, this.config));
    return sessionView(operator, email, expiresAt);
  }

  @Get()
  @OperatorMay()
  async show(@Caller() actor: Actor, @Req() request: FastifyRequest): Promise<SessionView> {
    if (actor.kind !== 'operator') throw new Unauthenticated();
    const token = request.headers.authorization === undefined ? sessionTokenOf(request, this.config) : null;
    const session = token === null ? null : await operatorBySession(this.pool, credentialHash(token));
    const email = session?.email ?? (await emailOf(this.pool, actor.id));
    if (email === null) throw new Unauthenticated();
    return sessionView({ operatorId: actor.id, ...actor }, email, session?.expiresAt ?? null);
  }

  @Delete()
  @HttpCode(204)
  @OperatorMay()
  async end(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @RequestContext() context: Context,
  ): Promise<void> {
    const token = request.headers.authorization === undefined ? sessionTokenOf(request, this.config) : null;
    if (token === null) return;
    await this.signIn.end(token, context);
    void reply.header('set-cookie', sessionCookie(null, this.config));
  }
}

const sessionView = (
  { operatorId, role, assistantRoles }: Roles & { operatorId: string },
  email: string,
  expiresAt: Date | null,
): SessionView => ({
  operatorId,
  email,
  role,
  assistantRoles: [...assistantRoles],
  permissions: permissionsOf({ role, assistantRoles }),
  expiresAt: expiresAt?.toISOString() ?? null,
});
