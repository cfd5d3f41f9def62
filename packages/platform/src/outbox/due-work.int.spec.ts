import { randomBytes, randomUUID } from 'node:crypto';
import { jobs } from '@grantkeeper/contracts/jobs';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  columnOf,
  inSeconds,
  raw,
  type StoredProfile,
  storedAuthorization,
  storedGrant,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool, inTransaction } from '../database/pool.js';
import { resumeRefreshes } from '../grants/resume-refreshes.js';
import { type Due, dueDeletions, dueExchanges, dueRebinds, dueRefreshes, dueRevocations, parkRefreshes } from './due-work.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 5);
});
beforeEach(async () => {
  await pool.query('TRUNCATE assistant CASCADE');
  profile = await storedProfile(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const received = (columns: object = {}) =>
  storedAuthorization(pool, profile, { state: 'code_received', code: randomBytes(9), ...columns });
const dueGrant = async (columns: object = {}): Promise<string> =>
  (await storedGrant(pool, profile, { due_at: inSeconds(-1), ...columns })).id;
async function revocation(columns: { state?: string; due?: number; queued?: number | null } = {}): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins, state, due_at, queued_until)
     VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), '{}', $3, now() + make_interval(secs => $4), now() + make_interval(secs => $5)) RETURNING id`,
    [profile.assistantId, profile.id, columns.state ?? 'pending', columns.due ?? -1, columns.queued ?? null],
  );
  return rows[0]?.id ?? '';
}
const deleting = async (columns: object = {}): Promise<string> =>
  (await storedProfile(pool, { status: 'deleting', updated_at: inSeconds(-6), ...columns })).id;

const rebinding = async (columns: object = {}): Promise<string> =>
  (await storedProfile(pool, { rebind_queued_at: inSeconds(-6), ...columns })).id;

const kinds = {
  'authorizations.exchange': { find: dueExchanges, make: received, key: 'authorizationId' },
  'grants.refresh': { find: dueRefreshes, make: dueGrant, key: 'grantId' },
  'grants.revoke-upstream': { find: dueRevocations, make: revocation, key: 'revocationId' },
  'profiles.rebind-grants': { find: dueRebinds, make: rebinding, key: 'profileId' },
  'profiles.delete-grants': { find: dueDeletions, make: deleting, key: 'profileId' },
} as const;
const subjects = (found: Due[], key: string): string[] =>
  found.map(({ payload }) => (payload as Record<string, string>)[key] ?? '').sort();

describe.each(Object.entries(kinds))('%s', (name, { find, make, key }) => {
  it('is derived from PostgreSQL alone, once for each that is due, by any number of sweepers at once', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => make()));
    const found = (await Promise.all(Array.from({ length: 4 }, () => find(pool)))).flat();
    expect(subjects(found, key)).toEqual([...made].sort());
    for (const { payload } of found) jobs[name as keyof typeof jobs].payload.parse(payload);
  });

  it('is not derived again while a queue is trusted with it, and is after that, under the same id', async () => {
    const id = await make();
    const [first] = await find(pool);
    expect(await find(pool)).toEqual([]);
    await pool.query(`UPDATE "authorization" SET queued_until = now() - interval '1 ms'`);
    await pool.query(`UPDATE "grant" SET queued_until = now() - interval '1 ms'`);
    await pool.query(`UPDATE revocation SET queued_until = now() - interval '1 ms'`);
    await pool.query(
      `UPDATE profile SET updated_at = now() - interval '6 s', rebind_queued_at = rebind_queued_at - interval '6 s'`,
    );
    const again = await find(pool);
    expect(subjects(again, key)).toEqual([id]);
    expect(first?.id).toMatch(new RegExp(`^[a-z]+-${id}`));
    expect(again[0]?.id).toBe(first?.id); // a queue that still has it takes it for the same job
  });

  it('takes at most a batch, and the next sweep goes on with the rest', async () => {
    const batch = key === 'profileId' ? 20 : 500;
    const table = { authorizationId: 'authorization', grantId: 'grant', revocationId: 'revocation', profileId: 'profile' }[key];
    const id = await make();
    const { rows: columns } = await pool.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'user_id', 'name')`,
      [table],
    );
    const copied = columns.map(({ column_name: column }) => `"${column}"`).join(', ');
    const own = table === 'profile' ? ', name' : table === 'revocation' ? '' : ', user_id';
    await pool.query(
      `INSERT INTO "${table}" (id${own}, ${copied}) SELECT gen_random_uuid()${own === '' ? '' : `, 'copy ' || n`}, ${copied} FROM "${table}", generate_series(1, $2::int) n WHERE id = $1`,
      [id, batch + 9],
    );
    expect(await find(pool)).toHaveLength(batch);
    expect(await find(pool)).toHaveLength(10);
  });
});

describe('what is not due', () => {
  it('is an exchange that is under way, over, or not yet allowed', async () => {
    await received({ attempt: randomUUID() });
    for (const state of ['waiting', 'consenting', 'awaiting_verifier', 'exchanging', 'failed', 'outcome_unknown']) {
      await storedAuthorization(pool, profile, { state, code: randomBytes(9) });
    }
    await received({ queued_until: inSeconds(4) });
    expect(await dueExchanges(pool)).toEqual([]);
  });

  it('is a refresh that nobody wants, that lies ahead, or of a grant that is not active', async () => {
    await dueGrant({ due_at: null });
    await dueGrant({ due_at: inSeconds(60) });
    await dueGrant({ queued_until: inSeconds(4) });
    await dueGrant({ status: 'reconnect_required', reason: 'invalid_grant' });
    await dueGrant({ status: 'held' });
    expect(await dueRefreshes(pool)).toEqual([]);
  });

  it('is a refresh of a disabled profile: it would only keep others from their turn', async () => {
    const disabled = await storedProfile(pool, { status: 'disabled' });
    await storedGrant(pool, disabled, { due_at: inSeconds(-60) });
    const id = await dueGrant();
    expect(subjects(await dueRefreshes(pool), 'grantId')).toEqual([id]);
  });

  it('is a revocation that is settled or that is put off, and a profile that is not being deleted', async () => {
    await revocation({ state: 'revoked' });
    await revocation({ state: 'forgotten' });
    await revocation({ due: 60 });
    await revocation({ queued: 10 });
    await storedProfile(pool, { status: 'archived', updated_at: inSeconds(-60) });
    expect([...(await dueRevocations(pool)), ...(await dueDeletions(pool))]).toEqual([]);
  });

  it('goes where somebody waits if a runtime asked for it lately, else behind', async () => {
    const [wanted, due, long, before] = await Promise.all([
      dueGrant({ wanted_until: inSeconds(-3) }),
      dueGrant(),
      dueGrant({ wanted_until: inSeconds(-61) }),
      dueGrant({ wanted_until: inSeconds(-3), issued_at: inSeconds(-1) }),
    ]);
    const names = new Map(
      (await dueRefreshes(pool)).map(({ name, payload }) => [(payload as { grantId: string }).grantId, name]),
    );
    expect([wanted, due, long, before].map((id) => names.get(id))).toEqual([
      'grants.refresh',
      'grants.refresh-due',
      'grants.refresh-due',
      'grants.refresh-due',
    ]);
  });

  it.each<[string, object, object]>([
    ['of a disabled profile', { status: 'disabled' }, {}],
    ['of an archived profile', { status: 'archived' }, {}],
    [
      'that was not asked for within the days of its profile',
      { definition: { advanced: { keepFreshDays: 3 } } },
      { used_on: raw('current_date - 4') },
    ],
  ])('is taken off the list %s, until the profile is enabled or revised', async (_what, ofProfile, ofGrant) => {
    const other = await storedProfile(pool, ofProfile);
    const { id } = await storedGrant(pool, other, { due_at: inSeconds(-1), ...ofGrant });
    const kept = await dueGrant();
    expect(subjects(await dueRefreshes(pool), 'grantId')).toEqual([kept]);
    expect(await parkRefreshes(pool)).toBe(1);
    expect(await columnOf(pool, 'grant', id, 'due_at')).toBeNull();
    expect(await parkRefreshes(pool)).toBe(0);
    await pool.query(`UPDATE profile SET status = 'active', definition = '{}'`);
    await resumeRefreshes(pool, other.id);
    expect(await columnOf(pool, 'grant', id, `due_at BETWEEN now() AND now() + interval '1 minute'`)).toBe(true);
  });

  it('stays on the list where it was asked for within the days of its profile', async () => {
    const other = await storedProfile(pool, { definition: { advanced: { keepFreshDays: 3 } } });
    const { id } = await storedGrant(pool, other, { due_at: inSeconds(-1), used_on: raw('current_date - 3') });
    expect(await parkRefreshes(pool)).toBe(0);
    expect(subjects(await dueRefreshes(pool), 'grantId')).toEqual([id]);
  });

  it('is not taken off the list while the profile is being enabled', async () => {
    const disabled = await storedProfile(pool, { status: 'disabled' });
    const { id } = await storedGrant(pool, disabled, { due_at: inSeconds(-1) });
    await inTransaction(pool, async (client) => {
      await client.query(`UPDATE profile SET status = 'active' WHERE id = $1`, [disabled.id]);
      expect(await parkRefreshes(pool)).toBe(0);
      await resumeRefreshes(client, disabled.id);
    });
    expect(subjects(await dueRefreshes(pool), 'grantId')).toEqual([id]);
  });

  it('takes turns between profiles: a crowd at one keeps another waiting for no batch', async () => {
    const crowd = await dueGrant({ due_at: inSeconds(-600) });
    await pool.query(
      `INSERT INTO "grant" SELECT (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid(), 'user_id', 'copy ' || n))).* FROM "grant" g, generate_series(1, 600) n WHERE g.id = $1`,
      [crowd],
    );
    const other = await storedProfile(pool);
    const { id } = await storedGrant(pool, other, { due_at: inSeconds(-1) });
    expect(subjects(await dueRefreshes(pool), 'grantId')).toContain(id);
  });

  it('waits in the order in which it became due', async () => {
    const late = await dueGrant({ due_at: inSeconds(-1) });
    const early = await dueGrant({ due_at: inSeconds(-600) });
    await pool.query(
      `INSERT INTO "grant" SELECT (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid(), 'user_id', 'copy ' || n))).* FROM "grant" g, generate_series(1, 600) n WHERE g.id = $1`,
      [late],
    );
    const found = subjects(await dueRefreshes(pool), 'grantId');
    expect(found).toHaveLength(500);
    expect(found).toContain(early);
  });
});
