import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles that hold with one assistant; the role for all becomes optional. */
export class RolesByAssistant implements MigrationInterface {
  readonly name = 'RolesByAssistant1795300000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE operator ALTER COLUMN role DROP NOT NULL');
    await runner.query(
      `CREATE TABLE operator_assistant_role (
         operator_id uuid NOT NULL REFERENCES operator ON DELETE CASCADE,
         assistant_id uuid NOT NULL REFERENCES assistant ON DELETE CASCADE,
         role text NOT NULL CHECK (role IN ('viewer', 'author', 'operator', 'admin')),
         PRIMARY KEY (operator_id, assistant_id))`,
    );
    await runner.query('CREATE INDEX operator_assistant_role_assistant ON operator_assistant_role (assistant_id)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
