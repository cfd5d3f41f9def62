import type { Redis } from 'ioredis';
import { type Evidence, type Violation, violation } from './evidence.js';

const name = 'nothing left over';

/** The queues come to be empty, and no lock, transaction or job row outlives its time. */
export async function leftovers({ pool, queue }: Evidence): Promise<Violation[]> {
  const ids = async (sql: string): Promise<string[]> => (await pool.query<{ id: string }>(sql)).rows.map(({ id }) => String(id));
  return [
    ...violation(
      name,
      'job rows that were never queued',
      await ids(`SELECT id FROM job WHERE queued_at IS NULL AND created_at < now() - interval '5 s'`),
    ),
    ...violation(
      name,
      'transactions that stay open',
      await ids(
        `SELECT pid AS id FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND state_change < now() - interval '10 s'`,
      ),
    ),
    ...violation(name, 'jobs that nobody takes, and locks without an end', queue ? await inRedis(queue.redis, queue.prefix) : []),
  ];
}

async function inRedis(redis: Redis, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const key of await redis.keys(`${prefix}:*`)) {
    if (/:lock$/.test(key)) {
      if ((await redis.pttl(key)) === -1) found.push(key);
    } else if (/:(wait|active|paused)$/.test(key)) {
      if ((await redis.llen(key)) > 0) found.push(key);
    } else if (/:(prioritized|delayed|failed)$/.test(key)) {
      if ((await redis.zcard(key)) > 0) found.push(key);
    }
  }
  return found;
}
