import type { SignOutAnswer } from '@grantkeeper/contracts/grants/http';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type { Sql } from '../database/pool.js';
import type { UserLink } from './user-link.store.js';

/** A grant as its user sees it. */
export interface Connection {
  id: string;
  profileId: string;
  definition: ProfileDefinition;
  /** The runtime's label, and what the provider calls the account where that is known. */
  account: string;
  accountLabel: string | null;
  tenant: string;
  scope: string;
  status: 'active' | 'reconnect_required' | 'ended';
  consentedAt: Date;
  /** What became of its tokens at the provider; null while it lives. */
  revocation: SignOutAnswer['revocation'] | null;
  /** It ended so lately that the provider's word may come any moment. */
  justEnded: boolean;
}

/** The most that one page shows. */
const most = 100;

/** The living grants of a link's user, and those that were disconnected since the link was made. */
export async function listConnections(sql: Sql, link: UserLink): Promise<Connection[]> {
  const { rows } = await sql.query<Connection>({
    name: 'list-connections',
    text: `SELECT g.id, g.profile_id AS "profileId", p.definition, g.account, a.account_label AS "accountLabel", g.tenant, g.scope, g.status,
             g.consented_at AS "consentedAt", r.state AS revocation, coalesce(g.ended_at > now() - interval '30 s', false) AS "justEnded"
           FROM "grant" g JOIN profile p ON p.id = g.profile_id LEFT JOIN "authorization" a ON a.id = g.authorization_id
           LEFT JOIN LATERAL (
             SELECT CASE WHEN bool_or(state = 'pending') THEN 'pending' WHEN bool_or(state = 'forgotten') THEN 'forgotten' ELSE 'revoked' END AS state
             FROM revocation WHERE grant_id = g.id HAVING count(*) > 0) r ON true
           WHERE g.assistant_id = $1 AND g.user_id = $2 AND ($3::uuid[] IS NULL OR g.profile_id = ANY ($3))
             AND (g.status IN ('active', 'reconnect_required') OR (g.status = 'ended' AND g.reason = 'signed_out' AND g.ended_at > $4))
           ORDER BY g.status = 'ended', p.name, g.account, g.id LIMIT ${most}`,
    values: [link.assistantId, link.userId, link.profiles, link.createdAt],
  });
  return rows;
}

/** When a runtime was last handed a token of a grant. */
export interface LastHandOut {
  grantId: string;
  runtime: string;
  at: Date;
}

const lastWithin = (from: string, to: string): string =>
  `(SELECT max(h.at) FROM hand_out h WHERE h.grant_id = g.id AND h.runtime_key_id = k.id AND h.at > now() - interval '${from}' AND h.at <= now() - interval '${to}')`;

/** The last hand-out of each grant to each runtime, in the 90 days that are kept. Looks at later days first, and no further than it has to. */
export async function lastHandOuts(sql: Sql, assistantId: string, grantIds: readonly string[]): Promise<LastHandOut[]> {
  const { rows } = await sql.query<LastHandOut>({
    name: 'last-hand-outs',
    text: `SELECT * FROM (
             SELECT g.id AS "grantId", k.name AS runtime, coalesce(${lastWithin('1 day', '0 s')}, ${lastWithin('7 days', '1 day')}, ${lastWithin('91 days', '7 days')}) AS at
             FROM unnest($1::uuid[]) g (id) CROSS JOIN runtime_key k WHERE k.assistant_id = $2) last
           WHERE at IS NOT NULL ORDER BY at DESC`,
    values: [grantIds, assistantId],
  });
  return rows;
}
