import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions that can be listed and ended; operators who sign in at the company instead of with a password. */
export class SessionsAndCompanySignIn implements MigrationInterface {
  readonly name = 'SessionsAndCompanySignIn1795300000021';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  `ALTER TABLE operator
     ALTER COLUMN password_hash DROP NOT NULL,
     ADD COLUMN company_issuer text,
     ADD COLUMN company_subject text,
     ADD COLUMN signed_in_at timestamptz,
     ADD CONSTRAINT operator_signs_in_one_way CHECK (
       (password_hash IS NULL) = (company_subject IS NOT NULL) AND (company_issuer IS NULL) = (company_subject IS NULL)),
     ADD CONSTRAINT operator_company_subject_taken UNIQUE (company_issuer, company_subject)`,
  `ALTER TABLE operator_session
     ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT operator_session_id UNIQUE,
     ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now(),
     ADD COLUMN browser text`,
  'CREATE INDEX operator_session_operator ON operator_session (operator_id, created_at)',
  'ALTER TABLE operator_api_token ADD COLUMN last_used_at timestamptz',
  `CREATE TABLE company_sign_in_used (
     state_hash bytea PRIMARY KEY,
     used_at timestamptz NOT NULL DEFAULT now())`,
];
