import { randomInt } from 'node:crypto';
import { dueDeletions, dueExchanges, dueRefreshes, dueRevocations } from '@grantkeeper/platform/outbox/due-work';
import { cpuOfServer } from '../cpu.js';
import type { Figures } from '../figures.js';
import type { Ground, Store } from '../ground.js';
import type { Plan } from '../plan.js';
import type { Home } from '../seed.js';
import { median } from '../stats.js';

const row = 'sweeper tick';

/** A store with so many grants of `user-0`, `user-1`, … */
export interface Filled {
  store: Store;
  home: Home;
  grants: number;
}

interface Ticks {
  milliseconds: number;
  postgresMicroseconds: number;
}

/** What one look for due work costs in a small and in a large store, with the same number due. */
export async function sweeper(
  ground: Ground,
  stores: { fewer: Filled; more: Filled },
  { rounds, sweep }: Plan,
  figures: Figures,
): Promise<void> {
  const ticks: { fewer: Ticks; more: Ticks }[] = [];
  for (const filled of [stores.fewer, stores.more]) await tickOften(ground, filled, sweep.due, 3);
  for (let round = 0; round < rounds; round += 1) {
    ticks.push({
      fewer: await tickOften(ground, stores.fewer, sweep.due, sweep.ticks),
      more: await tickOften(ground, stores.more, sweep.due, sweep.ticks),
    });
  }
  const named = ({ grants }: Filled) => `${sweep.due} due among ${grants.toLocaleString('en').replaceAll(',', ' ')} grants`;
  figures.note(
    row,
    named(stores.fewer),
    'ms',
    ticks.map(({ fewer }) => fewer.milliseconds),
  );
  figures.note(
    row,
    named(stores.more),
    'ms',
    ticks.map(({ more }) => more.milliseconds),
  );
  figures.note(
    row,
    'more : fewer',
    '×',
    ticks.map(({ fewer, more }) => more.milliseconds / fewer.milliseconds),
    { atMost: 1.5 },
  );
  const cpu = ticks.map(({ fewer, more }) => more.postgresMicroseconds / fewer.postgresMicroseconds);
  figures.note(row, 'more : fewer, CPU of PostgreSQL', '×', cpu);
}

async function tickOften(ground: Ground, filled: Filled, due: number, times: number): Promise<Ticks> {
  const { pool } = filled.store;
  const took: number[] = [];
  let cpu = 0;
  for (let tick = 0; tick < times; tick += 1) {
    const ids = await makeDue(filled, due);
    const before = cpuOfServer(ground.postgres.pid);
    const started = performance.now();
    const found = await dueRefreshes(pool);
    for (const find of [dueExchanges, dueRevocations, dueDeletions]) await find(pool);
    took.push(performance.now() - started);
    cpu += cpuOfServer(ground.postgres.pid) - before;
    if (found.length !== due) throw new Error(`${found.length} of ${due} due grants were found`);
    await pool.query(`UPDATE "grant" SET due_at = now() + interval '1 day', queued_until = NULL WHERE id = ANY($1)`, [ids]);
  }
  await pool.query('VACUUM (ANALYZE) "grant"');
  return { milliseconds: median(took), postgresMicroseconds: (cpu / times) * 1e6 };
}

/** Grants from all over the table. */
async function makeDue({ store, home, grants }: Filled, due: number): Promise<string[]> {
  const users = new Set<string>();
  while (users.size < due) users.add(`user-${randomInt(grants)}`);
  const { rows } = await store.pool.query<{ id: string }>(
    `UPDATE "grant" SET due_at = now() - interval '1 s', queued_until = NULL
     WHERE profile_id = $1 AND user_id = ANY($2) AND tenant = '' AND account = 'default' AND status = 'active' RETURNING id`,
    [home.profileId, [...users]],
  );
  return rows.map(({ id }) => id);
}
