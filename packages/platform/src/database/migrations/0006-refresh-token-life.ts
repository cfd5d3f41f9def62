import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a grant's refresh token ends, whether the provider told it, and when that is forecast (null once it has been). */
export class RefreshTokenLife implements MigrationInterface {
  readonly name = 'RefreshTokenLife1795300000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "grant" ADD COLUMN refresh_ends_at timestamptz, ADD COLUMN refresh_end_told boolean NOT NULL DEFAULT false,
         ADD COLUMN refresh_notice_at timestamptz`,
    );
    await runner.query(
      `CREATE INDEX grant_refresh_notice ON "grant" (refresh_notice_at) WHERE refresh_notice_at IS NOT NULL AND status = 'active'`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
