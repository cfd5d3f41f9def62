import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What grants are listed and searched by, in a narrow table that the grants' own triggers keep (docs/decisions/0036-grants-are-listed-from-a-narrow-table.md). */
export class GrantListing implements MigrationInterface {
  readonly name = 'GrantListing1795300000026';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const listed = `id, assistant_id, profile_id, user_id, tenant, status, status = 'active' AND last_failure IS NOT NULL,
  (refresh_ends_at AT TIME ZONE 'UTC')::date, consented_at`;
const columns = 'grant_id, assistant_id, profile_id, user_id, tenant, status, failing, refresh_ends_on, consented_at';
const ofRow = (row: string): string =>
  `${row}.status, ${row}.last_failure, ${row}.failures, ${row}.consented_at, (${row}.refresh_ends_at AT TIME ZONE 'UTC')::date, ${row}.profile_id, ${row}.user_id, ${row}.tenant`;

const statements = [
  `CREATE TABLE grant_listing (
     grant_id uuid PRIMARY KEY REFERENCES "grant" ON DELETE CASCADE,
     assistant_id uuid NOT NULL,
     profile_id uuid NOT NULL,
     user_id text NOT NULL,
     tenant text NOT NULL,
     status text NOT NULL,
     failing boolean NOT NULL,
     failed_at timestamptz,
     refresh_ends_on date,
     consented_at timestamptz NOT NULL)`,
  // Only what changes the listing fires: a refresh that goes well does not, so it writes nothing here.
  `CREATE FUNCTION gk_list_grant() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO grant_listing (${columns}, failed_at)
     SELECT NEW.id, NEW.assistant_id, NEW.profile_id, NEW.user_id, NEW.tenant, NEW.status, NEW.status = 'active' AND NEW.last_failure IS NOT NULL,
       (NEW.refresh_ends_at AT TIME ZONE 'UTC')::date, NEW.consented_at, CASE WHEN NEW.last_failure IS NOT NULL THEN now() END
     ON CONFLICT (grant_id) DO UPDATE SET profile_id = excluded.profile_id, user_id = excluded.user_id, tenant = excluded.tenant, status = excluded.status,
       failing = excluded.failing, refresh_ends_on = excluded.refresh_ends_on, consented_at = excluded.consented_at,
       failed_at = CASE WHEN NEW.last_failure IS NULL OR (NEW.failures, NEW.last_failure) IS DISTINCT FROM (OLD.failures, OLD.last_failure)
         THEN excluded.failed_at ELSE grant_listing.failed_at END;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER grant_listing_added AFTER INSERT ON "grant" FOR EACH ROW WHEN (NEW.status <> 'held') EXECUTE FUNCTION gk_list_grant()`,
  `CREATE TRIGGER grant_listing_changed AFTER UPDATE ON "grant" FOR EACH ROW
     WHEN (NEW.status <> 'held' AND (${ofRow('OLD')}) IS DISTINCT FROM (${ofRow('NEW')})) EXECUTE FUNCTION gk_list_grant()`,
  `INSERT INTO grant_listing (${columns}) SELECT ${listed} FROM "grant" WHERE status <> 'held'`,
  'CREATE INDEX grant_listing_latest ON grant_listing (assistant_id, consented_at DESC, grant_id DESC)',
  'CREATE INDEX grant_listing_of_profile ON grant_listing (profile_id, consented_at DESC, grant_id DESC)',
  // By bytes, whatever the collation: an exact user and the beginning of one are both found by it.
  'CREATE INDEX grant_listing_of_user ON grant_listing (assistant_id, user_id text_pattern_ops)',
];
