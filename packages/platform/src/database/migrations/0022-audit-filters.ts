import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit log is read by who, what, which object, which assistant and when. */
export class AuditFilters implements MigrationInterface {
  readonly name = 'AuditFilters1795300000022';

  async up(runner: QueryRunner): Promise<void> {
    for (const columns of ['actor, seq', 'action text_pattern_ops, seq', 'subject, seq', 'assistant_id, seq', 'at'])
      await runner.query(`CREATE INDEX audit_by_${columns.split(/[ ,]/, 1)[0]} ON audit (${columns})`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
