import type { Sql } from '../database/pool.js';

/** Hand-outs: a partition a day, 30 days ahead, kept 90 days. */
export async function keepPartitions(sql: Sql): Promise<void> {
  await sql.query('SELECT gk_keep_hand_out_partitions(30, 90)');
}

/** Ended grants that one run forgets: each is one row lock and five entries of indexes. */
const grantsAtOnce = 5_000;

/** Forgets what nobody asks for any more: events and ended grants after 400 days, test runs, ended authorizations and settled revocations after 30, the rest after a day. */
export async function forgetOld(sql: Sql): Promise<void> {
  await sql.query(`DELETE FROM event WHERE at < now() - interval '400 days'`);
  await sql.query(`DELETE FROM test_run WHERE created_at < now() - interval '30 days'`);
  await sql.query(`DELETE FROM "authorization" WHERE ended_at < now() - interval '30 days'`);
  await sql.query(`DELETE FROM revocation WHERE settled_at < now() - interval '30 days'`);
  await sql.query(
    `DELETE FROM "grant" WHERE id IN (
       SELECT g.id FROM "grant" g WHERE g.status = 'ended' AND g.ended_at < now() - interval '400 days'
         AND NOT EXISTS (SELECT FROM revocation WHERE grant_id = g.id)
       ORDER BY g.ended_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [grantsAtOnce],
  );
  await sql.query(`DELETE FROM job WHERE queued_at < now() - interval '1 day'`);
  await sql.query(`DELETE FROM idempotency WHERE created_at < now() - interval '1 day'`);
  await sql.query(`DELETE FROM provider_gate WHERE taught_at < now() - interval '1 day' AND closed_until < now()`);
  await sql.query('DELETE FROM callback_form WHERE expires_at < now()');
  await sql.query('DELETE FROM user_link WHERE expires_at < now()');
  await sql.query('DELETE FROM operator_session WHERE expires_at < now()');
}
