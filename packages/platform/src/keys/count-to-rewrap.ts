import type pg from 'pg';
import { keepToRewrap } from '../system/system.view.js';
import { countSealed, listDataKeys } from './key-use.view.js';

const countEvery = '50 minutes';

/** Counts what is still sealed under superseded data keys, where there are any: it reads every sealed value’s header. Answers whether it was time. */
export async function countToRewrap(pool: pg.Pool): Promise<boolean> {
  const keys = await listDataKeys(pool);
  if (keys.every(({ supersededAt }) => supersededAt === null)) return false;
  const { rows } = await pool.query<{ fresh: boolean }>(
    `SELECT (value::jsonb ->> 'countedAt')::timestamptz > now() - interval '${countEvery}' AS fresh FROM setting WHERE key = 'to_rewrap'`,
  );
  if (rows[0]?.fresh) return false;
  const superseded = new Set(
    keys.filter(({ supersededAt }) => supersededAt !== null).map(({ assistantId, version }) => `${assistantId} ${version}`),
  );
  const sealed = await countSealed(pool);
  await keepToRewrap(
    pool,
    sealed
      .filter(({ assistantId, version }) => superseded.has(`${assistantId} ${version}`))
      .reduce((sum, { values }) => sum + values, 0),
  );
  return true;
}
