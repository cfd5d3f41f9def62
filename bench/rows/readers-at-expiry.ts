import type { Figures } from '../figures.js';
import { type Ground, providerMs, type Store } from '../ground.js';
import { allAtOnce, asFastAsAnswered } from '../load.js';
import type { Plan } from '../plan.js';
import { type Home, seedGrants } from '../seed.js';
import { percentile } from '../stats.js';
import { requestOf } from '../wire.js';

const row = 'readers at expiry';

/** Many readers ask for one token at the moment it has ended: one refresh, and nobody waits much longer than the provider takes. */
export async function readersAtExpiry(ground: Ground, store: Store, home: Home, plan: Plan, figures: Figures): Promise<void> {
  const [api, worker] = await Promise.all([ground.start('api', store), ground.start('worker', store)]);
  const prefix = 'expiring-';
  await seedGrants(store.pool, store.vault, home, { count: plan.rounds + 2, prefix, expiresInSeconds: 3_600 });
  const headers = { authorization: `Bearer ${home.runtimeKey}` };
  const asking = (user: string) => {
    const request = requestOf('POST', '/v1/token', headers, JSON.stringify({ profile: 'bench', user }));
    return () => request;
  };
  await asFastAsAnswered({ port: api.port, connections: 64, next: asking(`${prefix}0`) }, 3_000);
  const latencies: number[] = [];
  const refreshes: number[] = [];
  for (let round = 0; round <= plan.rounds; round += 1) {
    const user = `${prefix}${round + 1}`;
    await store.pool.query(
      `UPDATE "grant" SET issued_at = now() - interval '1 hour', expires_at = now(), due_at = now() + interval '1 min' WHERE user_id = $1`,
      [user],
    );
    const before = (await ground.providerCounts()).refreshes;
    const waited = await allAtOnce({ port: api.port, connections: plan.readers, next: asking(user) });
    if (round === 0) continue; // the first refresh of a process also opens what later ones use
    latencies.push(percentile(waited, 0.99));
    refreshes.push((await ground.providerCounts()).refreshes - before);
  }
  figures.note(row, `${plan.readers} readers, provider ${providerMs} ms, p99`, 'ms', latencies, { atMost: providerMs + 100 });
  figures.note(row, 'refreshes', '', refreshes, { atMost: 1 });
  await Promise.all([api.stop(), worker.stop()]);
}
