import { type Evidence, type Violation, violation } from './evidence.js';

const name = 'one final state';

/** What nobody works on although its time has come, and what ended more than once or without saying so. */
const questions: { text: string; sql: string }[] = [
  {
    text: 'authorizations that are past their time and still open',
    sql: `SELECT id FROM "authorization" WHERE
            (state = 'code_received' AND coalesce(queued_until, code_received_at) < now() - interval '15 s' AND code_received_at < now() - interval '75 s')
            OR (state = 'exchanging' AND sent_at < now() - interval '35 s')
            OR (state IN ('waiting', 'consenting') AND expires_at < now() - interval '10 s')
            OR (state = 'awaiting_verifier' AND return_expires_at < now() - interval '10 s')
            OR (state = 'confirming' AND confirm_expires_at < now() - interval '10 s')`,
  },
  {
    text: 'authorizations that are over without exactly one event that says how',
    sql: `SELECT a.id FROM "authorization" a WHERE a.state NOT IN ('waiting', 'consenting', 'awaiting_verifier', 'code_received', 'exchanging', 'confirming')
            AND (SELECT count(*) FROM event e WHERE e.stream = 'authorization-' || a.id AND e.type = 'authorizations.' || replace(a.state, '_', '-') || '.v1') <> 1`,
  },
  {
    text: 'authorizations with two ends',
    sql: `SELECT replace(stream, 'authorization-', '') AS id FROM event WHERE type ~ '^authorizations\\.(consented|denied|failed|expired|abandoned|wrong-person)\\.v1$'
          GROUP BY stream HAVING count(*) > 1`,
  },
  {
    text: 'consents without a grant',
    sql: `SELECT a.id FROM "authorization" a WHERE a.state = 'consented' AND NOT EXISTS (SELECT 1 FROM "grant" g WHERE g.id = a.grant_id)`,
  },
  {
    text: 'grants that are due and not refreshed',
    sql: `SELECT g.id FROM "grant" g JOIN profile p ON p.id = g.profile_id
          WHERE g.status = 'active' AND p.status = 'active' AND g.due_at < now() - interval '15 s' AND (g.attempt IS NULL OR g.sent_at < now() - interval '45 s')`,
  },
  {
    text: 'grants that need a reconnect without a reason, or without the event',
    sql: `SELECT g.id FROM "grant" g WHERE g.status = 'reconnect_required' AND (g.reason IS NULL
            OR NOT EXISTS (SELECT 1 FROM event e WHERE e.stream = 'grant-' || g.id AND e.type = 'grants.reconnect-required.v1'))`,
  },
  {
    text: 'grants that ended more than once or without saying so',
    sql: `SELECT g.id FROM "grant" g WHERE g.status = 'ended' AND (SELECT count(*) FROM event e WHERE e.stream = 'grant-' || g.id AND e.type = 'grants.ended.v1') <> 1`,
  },
  {
    text: 'revocations that nobody sends',
    sql: `SELECT id FROM revocation WHERE state = 'pending' AND due_at < now() - interval '30 s'`,
  },
];

/** Every command that was accepted comes to one end, and only one. */
export async function finalStates({ pool }: Evidence): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const { text, sql } of questions) {
    const { rows } = await pool.query<{ id: string }>(sql);
    found.push(
      ...violation(
        name,
        text,
        rows.map(({ id }) => id),
      ),
    );
  }
  return found;
}
