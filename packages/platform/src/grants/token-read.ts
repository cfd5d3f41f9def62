import type { GrantedTo } from '@grantkeeper/contracts/profiles/http';
import type pg from 'pg';
import { Gather } from '../database/gather.js';
import { observe } from '../observability/observations.js';

/** One ask for a token, as it is read. */
export interface TokenAsk {
  keyHash: Buffer;
  /** The profile's id where the reference has the form of one. */
  profileId: string | null;
  profile: string;
  user: string;
  account: string;
  /** Empty where the grant has none. */
  tenant: string;
  minTtlSeconds: number | null;
  /** Any integer, also one that no version can be: a value that PostgreSQL refused would fail all who are gathered with it. */
  refusedVersion: number | null;
  /** Also a token that should be fresher will do, as long as it has not expired. */
  anyValid: boolean;
}

/** What one read found. Ids are null from the first thing that does not exist on. */
export interface TokenRead {
  keyId: string | null;
  assistantId: string | null;
  profileId: string | null;
  profileStatus: 'active' | 'disabled' | 'archived' | 'deleting' | null;
  profileRevision: number | null;
  /** Tells a profile from one that had its id before: seconds since 1970. */
  profileMadeAt: number | null;
  grantedTo: GrantedTo | null;
  grantId: string | null;
  grantStatus: 'active' | 'reconnect_required' | null;
  reason: string | null;
  version: number | null;
  /** The token may go out, and that it does is recorded. */
  ready: boolean;
  handOut: Buffer | null;
  scope: string | null;
  expiresAt: Date | null;
  /** Seconds until the next attempt, while failures hold the refresh back; null when nothing does. */
  heldBackSeconds: number | null;
  lastFailure: string | null;
}

const statement = `
WITH asked AS MATERIALIZED (
  SELECT * FROM unnest($1::bytea[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::int8[], $8::bool[], $9::text[])
    WITH ORDINALITY AS a(key_hash, profile_id, profile, user_id, account, min_ttl, refused, any_valid, tenant, n)
), found AS MATERIALIZED (
  SELECT a.n, a.user_id, k.id AS key_id, k.assistant_id, p.id AS profile_id, p.status AS profile_status, p.revision AS profile_revision, p.granted_to, p.created_at,
    g.id AS grant_id, g.status AS grant_status, g.reason, g.version, g.used_on, g.hand_out, g.scope, g.expires_at, g.last_failure, held.seconds AS held_back_seconds,
    coalesce(p.status = 'active' AND g.status = 'active' AND (g.expires_at IS NULL OR g.expires_at > now()) AND (
      a.any_valid OR g.refresh_token IS NULL OR held.seconds IS NOT NULL OR (
        (g.expires_at IS NULL
          OR g.expires_at >= now() + make_interval(secs => coalesce(a.min_ttl, least(10, coalesce(g.lifetime_seconds, 100) * 0.1)))
          OR now() < g.issued_at + (g.expires_at - g.issued_at) / 2)
        AND (a.refused IS NULL OR a.refused <> g.version OR (g.refused_at > now() - interval '30 s' AND date_trunc('milliseconds', g.refused_at) <= g.issued_at))
      )), false) AS ready
  FROM asked a
  LEFT JOIN runtime_key k ON k.hash = a.key_hash AND k.revoked_at IS NULL
  LEFT JOIN LATERAL (
    (SELECT id, status, revision, granted_to, created_at FROM profile WHERE id = a.profile_id AND assistant_id = k.assistant_id)
    UNION ALL
    (SELECT id, status, revision, granted_to, created_at FROM profile WHERE assistant_id = k.assistant_id AND name = a.profile)
    LIMIT 1) p ON k.profiles IS NULL OR p.id = ANY (k.profiles)
  LEFT JOIN LATERAL (
    SELECT * FROM "grant" WHERE profile_id = p.id AND assistant_id = k.assistant_id AND user_id = CASE p.granted_to WHEN 'everyone' THEN '' ELSE a.user_id END AND tenant = a.tenant AND account = a.account
      AND status IN ('active', 'reconnect_required')) g ON true
  LEFT JOIN LATERAL (
    SELECT CASE WHEN g.due_at > now() AND (g.last_failure IS NOT NULL OR g.attempt IS NOT NULL) THEN extract(epoch FROM g.due_at - now())::float8 END AS seconds) held ON true
), recorded AS (
  INSERT INTO hand_out (assistant_id, runtime_key_id, profile_id, grant_id, token_version, user_id)
  SELECT assistant_id, key_id, profile_id, grant_id, version, user_id FROM found WHERE ready
), used AS (
  UPDATE "grant" SET used_on = current_date WHERE id IN (
    SELECT g.id FROM found f JOIN "grant" g ON g.id = f.grant_id WHERE f.ready AND f.used_on < current_date ORDER BY g.id FOR NO KEY UPDATE OF g SKIP LOCKED)
)
SELECT json_agg(json_build_array(key_id, assistant_id, profile_id, profile_status, profile_revision, granted_to, extract(epoch FROM created_at)::float8, grant_id, grant_status, reason,
  version, ready, CASE WHEN ready THEN encode(hand_out, 'base64') END, scope, expires_at, held_back_seconds, last_failure) ORDER BY n)::text AS reads
FROM found`;

/** One read as the statement tells it. */
type Told = [
  keyId: TokenRead['keyId'],
  assistantId: TokenRead['assistantId'],
  profileId: TokenRead['profileId'],
  profileStatus: TokenRead['profileStatus'],
  profileRevision: TokenRead['profileRevision'],
  grantedTo: TokenRead['grantedTo'],
  profileMadeAt: TokenRead['profileMadeAt'],
  grantId: TokenRead['grantId'],
  grantStatus: TokenRead['grantStatus'],
  reason: TokenRead['reason'],
  version: TokenRead['version'],
  ready: TokenRead['ready'],
  handOut: string | null,
  scope: TokenRead['scope'],
  expiresAt: string | null,
  heldBackSeconds: TokenRead['heldBackSeconds'],
  lastFailure: TokenRead['lastFailure'],
];

/** All reads of a statement come as one text: rows of many columns cost the driver more than JSON.parse, and PostgreSQL sends them in pieces of 8 kB. */
function readOf(told: Told): TokenRead {
  return {
    keyId: told[0],
    assistantId: told[1],
    profileId: told[2],
    profileStatus: told[3],
    profileRevision: told[4],
    grantedTo: told[5],
    profileMadeAt: told[6],
    grantId: told[7],
    grantStatus: told[8],
    reason: told[9],
    version: told[10],
    ready: told[11],
    handOut: told[12] === null ? null : Buffer.from(told[12], 'base64'),
    scope: told[13],
    expiresAt: told[14] === null ? null : new Date(told[14]),
    heldBackSeconds: told[15],
    lastFailure: told[16],
  };
}

/** Few statements at once, each for many: a statement costs both sides more than a row of it. */
const gathering = { maxRunning: 2 };

/**
 * The hot path: key check, profile, grant and the record of the hand-out in one statement, gathered over concurrent asks. Nothing is handed out that the
 * same statement did not record, and an expired token never is. The day of it is noted at the first hand-out of a day; who has locked the row is not waited for.
 */
export class TokenReader {
  private readonly gather: Gather<TokenAsk, TokenRead>;

  constructor(pool: Pick<pg.Pool, 'query'>) {
    this.gather = new Gather(async (asks) => {
      observe('token.read', { asks: asks.length });
      const { rows } = await pool.query<{ reads: string }>({
        name: 'token-read',
        text: statement,
        values: [
          asks.map((ask) => ask.keyHash),
          asks.map((ask) => ask.profileId),
          asks.map((ask) => ask.profile),
          asks.map((ask) => ask.user),
          asks.map((ask) => ask.account),
          asks.map((ask) => ask.minTtlSeconds),
          asks.map((ask) => ask.refusedVersion),
          asks.map((ask) => ask.anyValid),
          asks.map((ask) => ask.tenant),
        ],
      });
      return (JSON.parse(rows[0]?.reads ?? '[]') as Told[]).map(readOf);
    }, gathering);
  }

  read(ask: TokenAsk): Promise<TokenRead> {
    return this.gather.ask(ask);
  }
}
