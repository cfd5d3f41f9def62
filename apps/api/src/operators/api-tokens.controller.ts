import { randomUUID } from 'node:crypto';
import { type ApiToken, listOperatorsQuery, newApiTokenSchema } from '@grantkeeper/contracts/operators/http';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { Unauthenticated } from '@grantkeeper/core/kernel/request.errors';
import { ApiTokenNotFound } from '@grantkeeper/core/operators/operators.errors';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { ApiTokenStore } from '@grantkeeper/platform/operators/api-token.store';
import { listApiTokens } from '@grantkeeper/platform/operators/operator.view';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, OperatorMay, RequestContext } from '../http/caller.js';
import { newCredential } from '../http/credentials.js';
import { idPlace, type Page, pageOf, readCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { ZodPipe } from '../http/zod.pipe.js';

/** An operator's own API tokens: each acts with its owner's role, as it is at the time of the call. */
@Controller('v1/operators/me/api-tokens')
export class ApiTokensController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tokens: ApiTokenStore,
    private readonly pool: SqlPool,
  ) {}

  @Post()
  @OperatorMay()
  create(
    @Body(new ZodPipe(newApiTokenSchema)) { name }: z.infer<typeof newApiTokenSchema>,
    @RequestContext() context: Context,
  ): Promise<{ id: string; token: string }> {
    const operatorId = operatorIdOf(context.actor);
    return this.unitOfWork.run(context, async (tx) => {
      const id = randomUUID();
      const token = newCredential('gko_');
      await this.tokens.add(tx.manager, { id, operatorId, name, hash: credentialHash(token) });
      tx.record(`operator-${operatorId}`, null, { type: 'operators.api-token-created.v1', operatorId, apiTokenId: id });
      tx.audit({
        action: 'operators.create-api-token',
        subject: `operator:${operatorId}`,
        assistantId: null,
        detail: { apiTokenId: id, name },
      });
      return { id, token };
    });
  }

  @Get()
  @OperatorMay()
  async list(
    @Query(new ZodPipe(listOperatorsQuery)) { limit, cursor }: z.infer<typeof listOperatorsQuery>,
    @Caller() actor: Actor,
  ): Promise<Page<ApiToken>> {
    const after = readCursor(idPlace, cursor);
    const rows = await listApiTokens(this.pool, operatorIdOf(actor), after?.id ?? null, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ id }) => ({ id }),
      (view) => view,
    );
  }

  @Delete(':id')
  @HttpCode(204)
  @OperatorMay()
  revoke(@Param('id', new IdPipe(ApiTokenNotFound)) id: string, @RequestContext() context: Context): Promise<void> {
    const operatorId = operatorIdOf(context.actor);
    return this.unitOfWork.run(context, async (tx) => {
      if (!(await this.tokens.revoke(tx.manager, operatorId, id))) return;
      tx.record(`operator-${operatorId}`, null, { type: 'operators.api-token-revoked.v1', operatorId, apiTokenId: id });
      tx.audit({
        action: 'operators.revoke-api-token',
        subject: `operator:${operatorId}`,
        assistantId: null,
        detail: { apiTokenId: id },
      });
    });
  }
}

function operatorIdOf(actor: Actor): string {
  if (actor.kind !== 'operator') throw new Unauthenticated();
  return actor.id;
}
