import { type Roles, type SessionView, type SignInMethod, signInSchema } from '@grantkeeper/contracts/operators/http';
import { ForeignOrigin } from '@grantkeeper/core/kernel/request.errors';
import { browserName } from '@grantkeeper/core/operators/browser-name';
import { permissionsOf } from '@grantkeeper/core/operators/roles';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import type { SignedIn } from '@grantkeeper/platform/operators/operator-credentials';
import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ApiConfig } from '../config.js';
import { Anyone, Operator, OperatorMay, RequestContext } from '../http/caller.js';
import { sessionCookie, sessionTokenOf } from '../http/session-cookie.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { SignIn } from './sign-in.service.js';

/** Who is signed in, by session cookie or API token. */
@Controller('v1/session')
export class SessionController {
  constructor(
    private readonly signIn: SignIn,
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
      browser: browserName(request.headers['user-agent']),
      correlationId: request.id,
    });
    void reply.header('set-cookie', sessionCookie(token, this.config));
    return sessionView({ ...operator, signsInBy: 'password' }, email, expiresAt);
  }

  @Get()
  @OperatorMay()
  show(@Operator() operator: SignedIn): SessionView {
    return sessionView({ operatorId: operator.id, ...operator }, operator.email, operator.expiresAt);
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
  { operatorId, role, assistantRoles, signsInBy }: Roles & { operatorId: string; signsInBy: SignInMethod },
  email: string,
  expiresAt: Date | null,
): SessionView => ({
  operatorId,
  email,
  role,
  assistantRoles: [...assistantRoles],
  permissions: permissionsOf({ role, assistantRoles }),
  signsInBy,
  expiresAt: expiresAt?.toISOString() ?? null,
});
