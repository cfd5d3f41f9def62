import {
  listOperatorsQuery,
  type NewOperator,
  newOperatorSchema,
  type OperatorPatch,
  type OperatorView,
  operatorPatchSchema,
} from '@grantkeeper/contracts/operators/http';
import { OperatorNotFound } from '@grantkeeper/core/operators/operators.errors';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { OperatorMay, RequestContext } from '../http/caller.js';
import type { Page } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.js';
import { IfMatch, Revisioned } from '../http/revision.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { Operators } from './operators.service.js';

const idPipe = new IdPipe(OperatorNotFound);

@Controller('v1/operators')
export class OperatorsController {
  constructor(private readonly operators: Operators) {}

  @Post()
  @OperatorMay('operators.manage')
  @Idempotent()
  @Revisioned()
  create(@Body(new ZodPipe(newOperatorSchema)) input: NewOperator, @RequestContext() context: Context): Promise<OperatorView> {
    return this.operators.create(input, context);
  }

  @Get()
  @OperatorMay('operators.read')
  list(
    @Query(new ZodPipe(listOperatorsQuery)) { limit, cursor }: z.infer<typeof listOperatorsQuery>,
  ): Promise<Page<OperatorView>> {
    return this.operators.list(limit, cursor);
  }

  @Patch(':id')
  @OperatorMay('operators.manage')
  @Revisioned()
  change(
    @Param('id', idPipe) id: string,
    @IfMatch() readRevision: number,
    @Body(new ZodPipe(operatorPatchSchema)) patch: OperatorPatch,
    @RequestContext() context: Context,
  ): Promise<OperatorView> {
    return this.operators.change(id, patch, readRevision, context);
  }

  @Delete(':id')
  @HttpCode(204)
  @OperatorMay('operators.manage')
  remove(@Param('id', idPipe) id: string, @RequestContext() context: Context): Promise<void> {
    return this.operators.remove(id, context);
  }
}
