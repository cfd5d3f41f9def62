import type { Readable } from 'node:stream';
import { type AuditEntry, type AuditFilter, exportAuditQuery, listAuditQuery } from '@grantkeeper/contracts/operators/http';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type ChainVerdict, verifyAudit } from '@grantkeeper/platform/operators/audit.store';
import { listAudit } from '@grantkeeper/platform/operators/audit.view';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Caller, OperatorMay } from '../http/caller.js';
import { numberPlace, type Page, pageOf, readCursor } from '../http/cursor.js';
import { seenBy } from '../http/operator-reach.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { auditCsv, auditLines } from './audit-export.js';

/** What operators did, and the proof that nobody changed it since. */
@Controller('v1')
export class AuditController {
  constructor(private readonly pool: SqlPool) {}

  @Get('audit')
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

  @Get('audit.csv')
  @OperatorMay('audit.read')
  csv(@Query(new ZodPipe(exportAuditQuery)) filter: AuditFilter, @Caller() actor: Actor, @Res() reply: FastifyReply): void {
    const entries = auditCsv(this.pool, { seen: seenBy(actor, 'audit.read'), ...filter });
    sendFile(reply, entries, 'text/csv; charset=utf-8', 'audit.csv');
  }

  @Get('audit.jsonl')
  @OperatorMay('audit.read')
  lines(@Query(new ZodPipe(exportAuditQuery)) filter: AuditFilter, @Caller() actor: Actor, @Res() reply: FastifyReply): void {
    const entries = auditLines(this.pool, { seen: seenBy(actor, 'audit.read'), ...filter });
    sendFile(reply, entries, 'application/jsonl; charset=utf-8', 'audit.jsonl');
  }

  @Get('audit/verification')
  @OperatorMay('audit.read')
  verify(): Promise<ChainVerdict> {
    return verifyAudit(this.pool);
  }
}

function sendFile(reply: FastifyReply, content: Readable, type: string, name: string): void {
  void reply.headers({ 'content-type': type, 'content-disposition': `attachment; filename="${name}"` }).send(content);
}
