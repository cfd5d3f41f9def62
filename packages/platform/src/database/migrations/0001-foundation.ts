import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first shape of the store. Forward only. */
export class Foundation implements MigrationInterface {
  readonly name = 'Foundation1795300000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  `CREATE TABLE setting (key text PRIMARY KEY, value text NOT NULL)`,
  `CREATE TABLE assistant (
     id uuid PRIMARY KEY,
     name text NOT NULL CONSTRAINT assistant_name_taken UNIQUE,
     revision int NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE data_key (
     assistant_id uuid NOT NULL REFERENCES assistant ON DELETE CASCADE,
     version int NOT NULL,
     ring_key_id text NOT NULL,
     wrapped bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (assistant_id, version))`,
  `CREATE TABLE operator (
     id uuid PRIMARY KEY,
     email text NOT NULL CONSTRAINT operator_email_taken UNIQUE,
     password_hash text NOT NULL,
     role text NOT NULL CHECK (role IN ('viewer', 'author', 'operator', 'admin')),
     disabled boolean NOT NULL DEFAULT false,
     revision int NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE operator_session (
     hash bytea PRIMARY KEY,
     operator_id uuid NOT NULL REFERENCES operator ON DELETE CASCADE,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL)`,
  `CREATE TABLE operator_api_token (
     id uuid PRIMARY KEY,
     operator_id uuid NOT NULL REFERENCES operator ON DELETE CASCADE,
     name text NOT NULL,
     hash bytea NOT NULL UNIQUE,
     created_at timestamptz NOT NULL DEFAULT now(),
     revoked_at timestamptz)`,
  `CREATE TABLE runtime_key (
     id uuid PRIMARY KEY,
     assistant_id uuid NOT NULL REFERENCES assistant ON DELETE CASCADE,
     name text NOT NULL,
     hash bytea NOT NULL UNIQUE,
     profiles uuid[],
     created_at timestamptz NOT NULL DEFAULT now(),
     created_by text NOT NULL,
     revoked_at timestamptz)`,
  `CREATE INDEX runtime_key_assistant ON runtime_key (assistant_id, id)`,
  `CREATE TABLE profile (
     id uuid PRIMARY KEY,
     assistant_id uuid NOT NULL REFERENCES assistant,
     name text NOT NULL,
     status text NOT NULL CHECK (status IN ('active', 'disabled', 'archived', 'deleting')),
     revision int NOT NULL DEFAULT 1,
     definition jsonb NOT NULL,
     client_secret bytea,
     client_secret_set_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT profile_name_taken UNIQUE (assistant_id, name))`,
  `CREATE TABLE profile_revision (
     profile_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
     revision int NOT NULL,
     action text NOT NULL,
     name text NOT NULL,
     definition jsonb NOT NULL,
     client_secret_set_at timestamptz,
     changed text[] NOT NULL,
     by text NOT NULL,
     at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (profile_id, revision))`,
  // One consent in progress. What the provider is asked is pinned when it begins (SECURITY: B4).
  `CREATE TABLE "authorization" (
     id uuid PRIMARY KEY,
     assistant_id uuid NOT NULL REFERENCES assistant,
     profile_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
     user_id text NOT NULL,
     tenant text NOT NULL DEFAULT '',
     account text NOT NULL,
     state text NOT NULL,
     reason text,
     identity_check text NOT NULL CHECK (identity_check IN ('code', 'return', 'confirm')),
     ask_hash bytea NOT NULL,
     display_name text,
     return_url text,
     verifier_challenge text,
     runtime_key_id uuid NOT NULL,
     pinned jsonb,
     browser_hash bytea,
     state_hash bytea UNIQUE,
     code_verifier bytea,
     code bytea,
     code_received_at timestamptz,
     return_handle_hash bytea,
     return_expires_at timestamptz,
     attempt uuid,
     sent_at timestamptz,
     queued_until timestamptz,
     send_failures int NOT NULL DEFAULT 0,
     held_grant_id uuid,
     grant_id uuid,
     account_label text,
     confirmation_code bytea,
     tries smallint NOT NULL DEFAULT 0,
     confirm_expires_at timestamptz,
     correlation_id text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     ended_at timestamptz)`,
  `CREATE UNIQUE INDEX authorization_one_open ON "authorization" (profile_id, user_id, tenant, account)
     WHERE state IN ('waiting', 'consenting', 'awaiting_verifier', 'code_received', 'exchanging', 'confirming')`,
  `CREATE INDEX authorization_open ON "authorization" (expires_at)
     WHERE state IN ('waiting', 'consenting', 'awaiting_verifier', 'code_received', 'exchanging', 'confirming')`,
  `CREATE INDEX authorization_of_user ON "authorization" (profile_id, user_id)`,
  `CREATE INDEX authorization_browser ON "authorization" (browser_hash) WHERE browser_hash IS NOT NULL`,
  `CREATE TABLE callback_form (
     id uuid PRIMARY KEY,
     handle_hash bytea NOT NULL UNIQUE,
     assistant_id uuid NOT NULL REFERENCES assistant,
     profile_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
     sealed bytea NOT NULL,
     expires_at timestamptz NOT NULL)`,
  // Hot: read at every hand-out, rewritten at every refresh; room on the page keeps updates on it.
  `CREATE TABLE "grant" (
     id uuid PRIMARY KEY,
     assistant_id uuid NOT NULL REFERENCES assistant,
     profile_id uuid NOT NULL REFERENCES profile,
     user_id text NOT NULL,
     tenant text NOT NULL DEFAULT '',
     account text NOT NULL,
     status text NOT NULL CHECK (status IN ('held', 'active', 'reconnect_required', 'ended')),
     reason text,
     version int NOT NULL DEFAULT 1,
     hand_out bytea,
     refresh_token bytea,
     scope text NOT NULL DEFAULT '',
     lifetime_seconds int,
     issued_at timestamptz NOT NULL,
     expires_at timestamptz,
     due_at timestamptz,
     queued_until timestamptz,
     attempt uuid,
     sent_at timestamptz,
     sends smallint NOT NULL DEFAULT 0,
     constant boolean NOT NULL DEFAULT false,
     failures int NOT NULL DEFAULT 0,
     last_failure text,
     refused_at timestamptz,
     subject text,
     origins text[] NOT NULL,
     client_id text NOT NULL,
     authorization_id uuid NOT NULL,
     consented_at timestamptz NOT NULL DEFAULT now(),
     ended_at timestamptz,
     CHECK (status <> 'ended' OR (hand_out IS NULL AND refresh_token IS NULL)),
     CHECK (status = 'ended' OR hand_out IS NOT NULL)) WITH (fillfactor = 60)`,
  `CREATE UNIQUE INDEX grant_one_living ON "grant" (profile_id, user_id, tenant, account) WHERE status IN ('active', 'reconnect_required')`,
  `CREATE INDEX grant_of_user ON "grant" (assistant_id, user_id)`,
  `CREATE INDEX grant_listed ON "grant" (assistant_id, id)`,
  `CREATE INDEX grant_due ON "grant" (due_at) WHERE due_at IS NOT NULL AND status = 'active'`,
  // Tokens of grants that ended, kept sealed under the grant's own row until the provider was told.
  `CREATE TABLE revocation (
     id uuid PRIMARY KEY,
     assistant_id uuid NOT NULL REFERENCES assistant,
     profile_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
     grant_id uuid NOT NULL,
     origins text[] NOT NULL,
     hand_out bytea,
     refresh_token bytea,
     state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'revoked', 'forgotten')),
     attempts int NOT NULL DEFAULT 0,
     due_at timestamptz NOT NULL DEFAULT now(),
     queued_until timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     settled_at timestamptz)`,
  `CREATE INDEX revocation_pending ON revocation (due_at) WHERE state = 'pending'`,
  `CREATE INDEX revocation_of_grant ON revocation (grant_id)`,
  `CREATE TABLE hand_out (
     at timestamptz NOT NULL DEFAULT now(),
     assistant_id uuid NOT NULL,
     runtime_key_id uuid NOT NULL,
     profile_id uuid NOT NULL,
     grant_id uuid NOT NULL,
     token_version int NOT NULL,
     user_id text NOT NULL) PARTITION BY RANGE (at)`,
  `CREATE TABLE hand_out_rest PARTITION OF hand_out DEFAULT`,
  `CREATE INDEX hand_out_at ON hand_out USING brin (at)`,
  // One partition a UTC day, made ahead of time and dropped whole; a day that the default partition already holds is left there. Attached, not created in
  // place: that would lock out hand-outs while it waits for a reader. What cannot have its lock soon is left to the next run.
  `CREATE FUNCTION gk_keep_hand_out_partitions(days_ahead int, days_kept int) RETURNS void LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
   DECLARE day date; part text; today date := (now() AT TIME ZONE 'UTC')::date;
   BEGIN
     PERFORM pg_advisory_xact_lock(7300003);
     FOR day IN SELECT today + n FROM generate_series(0, days_ahead) n LOOP
       part := 'hand_out_' || to_char(day, 'YYYYMMDD');
       IF to_regclass(part) IS NULL THEN
         BEGIN
           EXECUTE format('CREATE TABLE %I (LIKE hand_out INCLUDING DEFAULTS)', part);
           EXECUTE format('ALTER TABLE hand_out ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
         EXCEPTION WHEN check_violation THEN
           RAISE WARNING 'hand-outs of % stay in the default partition', day;
         END;
       END IF;
     END LOOP;
     FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'hand_out'::regclass AND c.relname ~ '^hand_out_[0-9]{8}$' AND to_date(right(c.relname, 8), 'YYYYMMDD') < today - days_kept
     LOOP EXECUTE format('DROP TABLE %I', part); END LOOP;
     DELETE FROM hand_out_rest WHERE at < now() - make_interval(days => days_kept);
   END $$`,
  `SELECT gk_keep_hand_out_partitions(30, 90)`,
  `CREATE TABLE event (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     stream text NOT NULL,
     type text NOT NULL,
     payload jsonb NOT NULL,
     assistant_id uuid,
     actor text NOT NULL,
     correlation_id text NOT NULL,
     at timestamptz NOT NULL DEFAULT now())`,
  `CREATE INDEX event_stream ON event (stream, id)`,
  `CREATE TABLE job (
     id uuid PRIMARY KEY,
     event_id bigint NOT NULL,
     name text NOT NULL,
     payload jsonb NOT NULL,
     correlation_id text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     queued_at timestamptz)`,
  `CREATE INDEX job_unqueued ON job (created_at) WHERE queued_at IS NULL`,
  `CREATE TABLE audit (
     seq bigint PRIMARY KEY,
     at timestamptz NOT NULL,
     actor text NOT NULL,
     action text NOT NULL,
     subject text NOT NULL,
     assistant_id uuid,
     detail jsonb NOT NULL,
     previous_hash bytea NOT NULL,
     hash bytea NOT NULL)`,
  `CREATE TABLE idempotency (
     actor text NOT NULL,
     key text NOT NULL,
     request_hash bytea NOT NULL,
     status int,
     body jsonb,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (actor, key))`,
];
