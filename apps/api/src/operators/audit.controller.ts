import { type AuditEntry, listAuditQuery } from '@grantkeeper/contracts/operators/http';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type ChainVerdict, verifyAudit } from '@grantkeeper/platform/operators/audit.store';
import { listAudit } from '@grantkeeper/platform/operators/audit.view';
import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, OperatorMay } from '../http/caller.js';
import { numberPlace, type Page, pageOf, readCursor } from '../http/cursor.js';
import { seenBy } from '../http/operator-reach.js';
import { ZodPipe } from '../http/zod.pipe.js';

/** What operators did, and the proof that nobody changed it since. */
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly pool: SqlPool) {}

  @Get()
  @OperatorMay('audit.read')
  async list(
    @Query(new ZodPipe(listAuditQuery)) { limit, cursor, ...filter }: z.infer<typeof listAuditQuery>,
    @Caller() actor: Actor,
  ): Promise<Page<AuditEntry>> {
    const before = readCursor(numberPlace, cursor);
    const rows = await listAudit(this.pool, { seen: seenBy(actor, 'audit.read'), ...filter }, before?.number ?? null, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ seq }) => ({ number: seq }),
      (entry) => entry,
    );
  }

  @Get('verification')
  @OperatorMay('audit.read')
  verify(): Promise<ChainVerdict> {
    return verifyAudit(this.pool);
  }
}
