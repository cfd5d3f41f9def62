import { inTransaction } from '@grantkeeper/platform/database/pool';
import { type AuditRecord, appendAudit } from '@grantkeeper/platform/operators/audit.store';
import type pg from 'pg';
import type { Home } from './seed.js';

/** The grant that most happens to. */
export interface Spread {
  busyGrantId: string;
  /** A profile of the many that have few grants. */
  smallProfileId: string;
}

const audited = 10_000;

/** Spreads a home's grants as they are in use: half stay with its own profile, the others go to many; over tenants, states and 400 days. */
export async function spread(pool: pg.Pool, home: Home, profiles: number): Promise<Spread> {
  await pool.query(moreProfiles, [home.assistantId, home.profileId, profiles - 1]);
  await pool.query(firstRevisions, [home.assistantId]);
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM profile WHERE assistant_id = $1 AND id <> $2 ORDER BY name', [
    home.assistantId,
    home.profileId,
  ]);
  const others = rows.map(({ id }) => id);
  await pool.query(spreadGrants, [home.profileId, others]);
  await pool.query(consents, [home.assistantId]);
  const busyGrantId = await makeBusy(pool, home);
  for (let from = 0; from < audited; from += 1_000) await appendAudits(pool, home, others, from);
  return { busyGrantId, smallProfileId: others[0] ?? home.profileId };
}

const moreProfiles = `
  INSERT INTO profile (id, assistant_id, name, status, definition)
  SELECT gen_random_uuid(), $1, 'Profile ' || n || ' for ' || (ARRAY['sales', 'support', 'finance', 'people', 'travel'])[1 + n % 5],
    (ARRAY['active', 'active', 'active', 'active', 'disabled', 'archived'])[1 + n % 6],
    p.definition || jsonb_build_object('identityProvider', (ARRAY['Asana', 'Box', 'Jira', 'Miro', 'ServiceNow', 'Slack', 'Zoom'])[1 + n % 7] || ' ' || n,
      'description', repeat('What this profile is for, in some words. ', 1 + n % 60))
  FROM profile p, generate_series(1, $3::int) n WHERE p.id = $2`;

const firstRevisions = `
  INSERT INTO profile_revision (profile_id, revision, action, name, definition, changed, by)
  SELECT id, 1, 'created', name, definition, '{}', 'bench' FROM profile WHERE assistant_id = $1 ON CONFLICT DO NOTHING`;

/** Of 100: 85 work (3 of them fail), 8 need a new consent, 7 have ended. */
const spreadGrants = `
  UPDATE "grant" g SET profile_id = CASE WHEN n % 2 = 0 OR cardinality($2::uuid[]) = 0 THEN $1 ELSE ($2::uuid[])[1 + n / 2 % cardinality($2::uuid[])] END,
    tenant = CASE WHEN n % 3 = 0 THEN 'tenant-' || n % 200 ELSE '' END,
    status = CASE WHEN part < 85 THEN 'active' WHEN part < 93 THEN 'reconnect_required' ELSE 'ended' END,
    reason = CASE WHEN part < 85 THEN NULL WHEN part < 93 THEN 'invalid_grant' ELSE 'signed_out' END,
    hand_out = CASE WHEN part < 93 THEN hand_out END, refresh_token = CASE WHEN part < 93 THEN refresh_token END,
    ended_at = CASE WHEN part >= 93 THEN now() - random() * interval '300 days' END,
    last_failure = CASE WHEN part < 3 THEN 'http_503' WHEN part BETWEEN 85 AND 92 THEN 'invalid_grant' END, failures = CASE WHEN part < 3 THEN 2 ELSE 0 END,
    refresh_ends_at = CASE WHEN n % 5 = 0 THEN now() + random() * interval '400 days' END,
    consented_at = now() - random() * interval '400 days'
  FROM (SELECT id, substr(user_id, 6)::int AS n, (hashint4(substr(user_id, 6)::int) & 2147483647) % 100 AS part FROM "grant" WHERE profile_id = $1) s WHERE s.id = g.id`;

const consents = `
  INSERT INTO event (stream, type, payload, assistant_id, actor, correlation_id, at)
  SELECT 'grant-' || id, 'grants.consented.v1', jsonb_build_object('grantId', id, 'profileId', profile_id, 'version', 1, 'expiresAt', null, 'scope', 'read', 'authorizationId', authorization_id),
    assistant_id, 'worker', 'bench', consented_at FROM "grant" WHERE assistant_id = $1 ORDER BY consented_at`;

/** One grant refreshed every half hour for 400 days, and handed out to two runtimes 2 000 times on each of the 90 days that are kept. */
async function makeBusy(pool: pg.Pool, home: Home): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `UPDATE "grant" SET consented_at = now() - interval '400 days' WHERE profile_id = $1 AND user_id = 'user-50' RETURNING id`,
    [home.profileId],
  );
  const id = rows[0]?.id as string;
  await pool.query(
    `INSERT INTO event (stream, type, payload, assistant_id, actor, correlation_id, at)
     SELECT 'grant-' || $1::uuid, 'grants.refreshed.v1', jsonb_build_object('grantId', $1::uuid, 'profileId', $2::uuid, 'version', n + 1, 'expiresAt', null, 'scope', 'read'),
       $3, 'worker', 'bench', now() - interval '400 days' + n * interval '30 minutes' FROM generate_series(1, 400 * 48) n`,
    [id, home.profileId, home.assistantId],
  );
  await pool.query(
    `INSERT INTO runtime_key (id, assistant_id, name, hash, created_by) VALUES (gen_random_uuid(), $1, 'second', sha256(gen_random_uuid()::text::bytea), 'bench')`,
    [home.assistantId],
  );
  await pool.query(pastPartitions);
  await pool.query(
    `INSERT INTO hand_out (at, assistant_id, runtime_key_id, profile_id, grant_id, token_version, user_id)
     SELECT now() - n * interval '43.2 seconds', $1, k.id, $2, $3, 1, 'user-50'
     FROM generate_series(0, 90 * 1000) n, runtime_key k WHERE k.assistant_id = $1`,
    [home.assistantId, home.profileId, id],
  );
  return id;
}

/** The days that a running system has made one by one. */
const pastPartitions = `DO $$ DECLARE day date; part text; BEGIN
  FOR n IN 1..91 LOOP
    day := (now() AT TIME ZONE 'UTC')::date - n;
    part := 'hand_out_' || to_char(day, 'YYYYMMDD');
    IF to_regclass(part) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF hand_out FOR VALUES FROM (%L) TO (%L)', part, day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
    END IF;
  END LOOP; END $$`;

function appendAudits(pool: pg.Pool, home: Home, profileIds: readonly string[], from: number): Promise<void> {
  const record = (n: number): AuditRecord => ({
    actor: `operator:${n % 20}`,
    action: 'profiles.revise',
    subject: `profile:${profileIds[n % Math.max(1, profileIds.length)] ?? home.profileId}`,
    assistantId: home.assistantId,
    detail: { revision: n, changed: ['scope', 'description'] },
  });
  return inTransaction(pool, (client) =>
    appendAudit(
      client,
      Array.from({ length: 1_000 }, (_, n) => record(from + n)),
    ),
  );
}
