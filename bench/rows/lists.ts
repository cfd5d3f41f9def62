import { createPool } from '@grantkeeper/platform/database/pool';
import type { Figures } from '../figures.js';
import type { Ground, Store } from '../ground.js';
import { latenciesAsFastAsAnswered } from '../load.js';
import type { Part } from '../part.js';
import type { Plan } from '../plan.js';
import { type Home, seedGrants, seedHome } from '../seed.js';
import { type Spread, spread } from '../spread.js';
import { percentile } from '../stats.js';
import { requestOf } from '../wire.js';

const row = 'lists';
const atMost = 100;
/** Operators who look at once. */
const connections = 4;

/** How long lists of a large assistant take to answer, whatever is asked of them. */
export async function lists(ground: Ground, { rounds, lists: size }: Plan, figures: Figures): Promise<void> {
  const store = await ground.store('lists');
  const home = await seedHome(store.pool, store.vault, ground.providerOrigin);
  await seedGrants(store.pool, store.vault, home, { count: size.grants, expiresInSeconds: 24 * 3_600 });
  const patient = createPool(store.url, 1, {}); // one statement spreads them all
  const seeded = await spread(patient, home, size.profiles);
  await patient.query('VACUUM (ANALYZE)');
  await patient.end();
  const api = await ground.start('api', store);
  const cookie = await signIn(api, ground.keyRing);
  const asked = await addresses(store, home, seeded);
  const p95 = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [what, path] of Object.entries(asked)) {
      const request = requestOf('GET', path, { cookie });
      const latencies = await latenciesAsFastAsAnswered({ port: api.port, connections, next: () => request }, size.each);
      if (round > 0) p95.set(what, [...(p95.get(what) ?? []), percentile(latencies, 0.95)]); // the first fills caches
    }
  }
  for (const [what, values] of p95) figures.note(row, `${what}, p95`, 'ms', values, { atMost });
  await api.stop();
}

async function signIn(api: Part, password: string): Promise<string> {
  const origin = `http://127.0.0.1:${api.port}`;
  const answer = await fetch(`${origin}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email: 'admin@localhost', password }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0];
  if (cookie === undefined) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  return cookie;
}

async function addresses(store: Store, home: Home, seeded: Spread): Promise<Record<string, string>> {
  const { rows } = await store.pool.query<{ at: string; id: string }>(
    `SELECT consented_at::text AS at, id FROM "grant" WHERE assistant_id = $1 ORDER BY consented_at DESC OFFSET 50000 LIMIT 1`,
    [home.assistantId],
  );
  const middle = Buffer.from(JSON.stringify(rows[0])).toString('base64url');
  const deep = Buffer.from(JSON.stringify({ event: 9_000, revision: 2, consent: null, day: '2020-01-01' })).toString('base64url');
  const grants = `/v1/assistants/${home.assistantId}/grants?limit=50`;
  const profiles = `/v1/assistants/${home.assistantId}/profiles?limit=50`;
  return {
    'grants, all': grants,
    'grants, from the middle': `${grants}&cursor=${middle}`,
    'grants, status active': `${grants}&status=active`,
    'grants, status failing': `${grants}&status=failing`,
    'grants, status reconnect_required': `${grants}&status=reconnect_required`,
    'grants, status ended': `${grants}&status=ended`,
    'grants, one user': `${grants}&user=user-4217`,
    'grants, users that begin with user-42': `${grants}&userPrefix=user-42`,
    'grants, users that begin with u': `${grants}&userPrefix=u`,
    'grants, profile with half of them': `${grants}&profile=${home.profileId}`,
    'grants, profile with 50': `${grants}&profile=${seeded.smallProfileId}`,
    'grants, tenant': `${grants}&tenant=tenant-42`,
    'grants, refresh token ends in 14 days': `${grants}&refreshTokenEndsWithinDays=14`,
    'grants, four filters': `${grants}&userPrefix=user-&profile=${home.profileId}&tenant=tenant-42&status=reconnect_required`,
    'grants, filters that fit none': `${grants}&userPrefix=u&profile=${home.profileId}&status=ended&tenant=nobody`,
    'profiles, all': profiles,
    'profiles, search for many': `${profiles}&search=o`,
    'profiles, search for none': `${profiles}&search=nowhere`,
    'profiles, status archived': `${profiles}&status=archived`,
    'timeline of a grant with one event': `/v1/grants/${rows[0]?.id}/timeline`,
    'timeline of a busy grant': `/v1/grants/${seeded.busyGrantId}/timeline`,
    'timeline of a busy grant, far back': `/v1/grants/${seeded.busyGrantId}/timeline?cursor=${deep}`,
    'audit, all': '/v1/audit',
    'audit, one profile': `/v1/audit?subject=profile:${seeded.smallProfileId}`,
  };
}
