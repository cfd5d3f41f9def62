import { listSessionsQuery, type OperatorSession, ownPasswordSchema } from '@grantkeeper/contracts/operators/http';
import { OperatorNotFound, SessionNotFound } from '@grantkeeper/core/operators/operators.errors';
import { mayOn } from '@grantkeeper/core/operators/roles';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { operatorExists } from '@grantkeeper/platform/operators/operator.view';
import type { SignedIn } from '@grantkeeper/platform/operators/operator-credentials';
import { endSessionById, listSessions, ownerOfSession } from '@grantkeeper/platform/operators/sessions';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Operator, OperatorMay, RequestContext } from '../http/caller.js';
import { instantPlace, type Page, pageOf, readCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { SignIn } from './sign-in.service.js';

type PageAsked = z.infer<typeof listSessionsQuery>;

/** Where operators are signed in: one's own sessions for everyone, those of others for who may see and manage operators. */
@Controller('v1')
export class SessionsController {
  constructor(
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
    private readonly signIn: SignIn,
  ) {}

  @Get('operators/me/sessions')
  @OperatorMay()
  own(@Query(new ZodPipe(listSessionsQuery)) page: PageAsked, @Operator() operator: SignedIn): Promise<Page<OperatorSession>> {
    return this.list(operator.id, page, operator);
  }

  @Get('operators/:id/sessions')
  @OperatorMay('operators.read')
  async ofOperator(
    @Param('id', new IdPipe(OperatorNotFound)) id: string,
    @Query(new ZodPipe(listSessionsQuery)) page: PageAsked,
    @Operator() operator: SignedIn,
  ): Promise<Page<OperatorSession>> {
    if (!(await operatorExists(this.pool, id))) throw new OperatorNotFound();
    return this.list(id, page, operator);
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @OperatorMay()
  async end(
    @Param('id', new IdPipe(SessionNotFound)) sessionId: string,
    @Operator() operator: SignedIn,
    @RequestContext() context: Context,
  ): Promise<void> {
    const operatorId = await ownerOfSession(this.pool, sessionId);
    const may = operatorId === operator.id || mayOn(operator, 'operators.manage', null);
    if (operatorId === null || !may) throw new SessionNotFound();
    await this.unitOfWork.run(context, async (tx) => {
      if (!(await endSessionById(tx.sql, sessionId))) throw new SessionNotFound();
      tx.record(`operator-${operatorId}`, null, { type: 'operators.session-ended.v1', operatorId, sessionId });
      tx.audit({
        action: 'operators.end-session',
        subject: `operator:${operatorId}`,
        assistantId: null,
        detail: { sessionId },
      });
    });
  }

  @Post('operators/me/password')
  @HttpCode(204)
  @OperatorMay()
  changePassword(
    @Body(new ZodPipe(ownPasswordSchema)) passwords: z.infer<typeof ownPasswordSchema>,
    @Operator() operator: SignedIn,
    @Req() { ip }: FastifyRequest,
    @RequestContext() context: Context,
  ): Promise<void> {
    return this.signIn.changePassword(operator, passwords, ip, context);
  }

  private async list(operatorId: string, { limit, cursor }: PageAsked, asking: SignedIn): Promise<Page<OperatorSession>> {
    const after = readCursor(instantPlace, cursor);
    const rows = await listSessions(this.pool, operatorId, asking.sessionId, after, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ place }) => place,
      ({ view }) => view,
    );
  }
}
