import { randomBytes, randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  columnOf,
  inSeconds,
  type StoredProfile,
  storedGrant,
  storedKey,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool, inTransaction } from '../database/pool.js';
import { type TokenAsk, TokenReader } from './token-read.js';

let database: FreshDatabase;
let pool: pg.Pool;
let reader: TokenReader;
let profile: StoredProfile;
let key: { id: string; hash: Buffer };

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 10);
  reader = new TokenReader(pool);
});
beforeEach(async () => {
  profile = await storedProfile(pool);
  key = await storedKey(pool, profile.assistantId);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const ask = (user: string, change: Partial<TokenAsk> = {}): TokenAsk => ({
  keyHash: key.hash,
  tenant: '',
  profileId: profile.id,
  profile: profile.id,
  user,
  account: 'default',
  minTtlSeconds: null,
  refusedVersion: null,
  anyValid: false,
  ...change,
});
const recorded = async (): Promise<number> =>
  (await pool.query('SELECT count(*) FROM hand_out WHERE runtime_key_id = $1', [key.id])).rows[0].count;

/** Reads once and says whether a token came, after checking that exactly then a hand-out was recorded. */
async function handsOut(columns: object, change: Partial<TokenAsk> = {}): Promise<boolean> {
  const grant = await storedGrant(pool, profile, columns);
  const before = await recorded();
  const read = await reader.read(ask(grant.user, change));
  expect(read.grantId).toBe(grant.id);
  expect(read.handOut).toEqual(read.ready ? grant.handOut : null);
  expect(await recorded()).toBe(before + (read.ready ? 1 : 0));
  return read.ready;
}

describe('one read', () => {
  it('notes the day of a hand-out, of nothing else, and waits for nobody to do so', async () => {
    const [handed, refused, locked] = await Promise.all([
      storedGrant(pool, profile, { used_on: '2020-01-01' }),
      storedGrant(pool, profile, { used_on: '2020-01-01', expires_at: inSeconds(-1) }),
      storedGrant(pool, profile, { used_on: '2020-01-01' }),
    ]);
    await inTransaction(pool, async (client) => {
      await client.query('SELECT FROM "grant" WHERE id = $1 FOR UPDATE', [locked.id]);
      const reads = await Promise.all([handed, refused, locked].map(({ user }) => reader.read(ask(user))));
      expect(reads.map(({ ready }) => ready)).toEqual([true, false, true]);
    });
    const isToday = ({ id }: { id: string }) => columnOf(pool, 'grant', id, 'used_on = current_date');
    expect(await Promise.all([handed, refused, locked].map(isToday))).toEqual([true, false, false]);
  });

  it('gives the token of key, profile and user, and records who got what', async () => {
    const grant = await storedGrant(pool, profile, { scope: 'read write', version: 7 });
    const read = await reader.read(ask(grant.user));
    expect(read).toMatchObject({
      keyId: key.id,
      assistantId: profile.assistantId,
      profileId: profile.id,
      profileStatus: 'active',
      profileRevision: 1,
      grantId: grant.id,
      grantStatus: 'active',
      version: 7,
      ready: true,
      handOut: grant.handOut,
      scope: 'read write',
      heldBackSeconds: null,
    });
    const { rows } = await pool.query(
      'SELECT runtime_key_id, assistant_id, profile_id, grant_id, token_version, user_id FROM hand_out WHERE grant_id = $1',
      [grant.id],
    );
    expect(rows).toEqual([
      {
        runtime_key_id: key.id,
        assistant_id: profile.assistantId,
        profile_id: profile.id,
        grant_id: grant.id,
        token_version: 7,
        user_id: grant.user,
      },
    ]);
  });

  it('finds nothing for a key that is unknown or revoked, from the next call on', async () => {
    const { user } = await storedGrant(pool, profile);
    expect((await reader.read(ask(user))).ready).toBe(true);
    await pool.query('UPDATE runtime_key SET revoked_at = now() WHERE id = $1', [key.id]);
    for (const keyHash of [key.hash, randomBytes(32)]) {
      expect(await reader.read(ask(user, { keyHash }))).toMatchObject({
        keyId: null,
        assistantId: null,
        profileId: null,
        grantId: null,
        ready: false,
        handOut: null,
      });
    }
    expect(await recorded()).toBe(1);
  });

  it('finds nothing of another assistant, by id or by name', async () => {
    const other = await storedProfile(pool);
    const { user } = await storedGrant(pool, other);
    for (const change of [
      { profileId: other.id, profile: other.id },
      { profileId: null, profile: other.name },
    ]) {
      expect(await reader.read(ask(user, change))).toMatchObject({
        keyId: key.id,
        assistantId: profile.assistantId,
        profileId: null,
        grantId: null,
        ready: false,
      });
    }
  });

  it('finds nothing outside the profiles that a key is limited to', async () => {
    const { user } = await storedGrant(pool, profile);
    const [limited, elsewhere] = [
      await storedKey(pool, profile.assistantId, { profiles: [profile.id] }),
      await storedKey(pool, profile.assistantId, { profiles: [randomUUID()] }),
    ];
    expect((await reader.read(ask(user, { keyHash: limited.hash }))).ready).toBe(true);
    expect(await reader.read(ask(user, { keyHash: elsewhere.hash }))).toMatchObject({
      keyId: elsewhere.id,
      profileId: null,
      ready: false,
    });
    const none = await storedKey(pool, profile.assistantId, { profiles: [] });
    expect(await reader.read(ask(user, { keyHash: none.hash }))).toMatchObject({ profileId: null, ready: false });
  });

  it('finds a profile by its name, also one that looks like an id; an id goes before a name', async () => {
    const lookalike = await storedProfile(pool, { assistant_id: profile.assistantId, name: randomUUID() });
    const named = await storedGrant(pool, lookalike);
    expect((await reader.read(ask(named.user, { profileId: lookalike.name, profile: lookalike.name }))).grantId).toBe(named.id);
    expect((await reader.read(ask(named.user, { profileId: null, profile: lookalike.name }))).grantId).toBe(named.id);

    const impostor = await storedProfile(pool, { assistant_id: profile.assistantId, name: profile.id });
    await storedGrant(pool, impostor, { user_id: 'someone' });
    const real = await storedGrant(pool, profile, { user_id: 'someone' });
    expect((await reader.read(ask('someone'))).grantId).toBe(real.id);
  });

  it.each(['disabled', 'archived', 'deleting'])('gives no token of a profile that is %s', async (status) => {
    await pool.query('UPDATE profile SET status = $2 WHERE id = $1', [profile.id, status]);
    expect(await handsOut({})).toBe(false);
  });

  it('gives no token of another user or account, nor one that is held or ended', async () => {
    const grant = await storedGrant(pool, profile);
    for (const change of [{ user: `${grant.user}x` }, { account: 'other' }])
      expect((await reader.read(ask(grant.user, change))).grantId).toBeNull();
    const held = await storedGrant(pool, profile, { status: 'held' });
    const ended = await storedGrant(pool, profile, { status: 'ended', hand_out: null, refresh_token: null });
    for (const { user } of [held, ended]) expect((await reader.read(ask(user))).grantId).toBeNull();
    expect(await recorded()).toBe(0);
  });

  it('says why a grant needs its person again, and gives no token of it', async () => {
    const grant = await storedGrant(pool, profile, { status: 'reconnect_required', reason: 'invalid_grant' });
    expect(await reader.read(ask(grant.user))).toMatchObject({
      grantId: grant.id,
      grantStatus: 'reconnect_required',
      reason: 'invalid_grant',
      ready: false,
      handOut: null,
    });
  });

  it('takes any Unicode for a user', async () => {
    const grant = await storedGrant(pool, profile, { user_id: 'Zoë \' \\ " {},NULL 🙂\n' });
    expect((await reader.read(ask(grant.user))).grantId).toBe(grant.id);
    const nameless = await storedGrant(pool, profile, { user_id: 'NULL' });
    expect((await reader.read(ask('NULL'))).grantId).toBe(nameless.id);
  });
});

const aged = (lifeSeconds: number, leftSeconds: number): object => ({
  lifetime_seconds: lifeSeconds,
  issued_at: inSeconds(leftSeconds - lifeSeconds),
  expires_at: inSeconds(leftSeconds),
});
const held = { due_at: inSeconds(30), failures: 1, last_failure: 'http_503' };
const behindClosedGate = { due_at: inSeconds(30), last_failure: 'breaker_open' };

describe('a token goes out', () => {
  it.each<[string, object, Partial<TokenAsk>, boolean]>([
    ['never once it has expired', aged(3600, -1), {}, false],
    ['not even where any valid one will do, once it has expired', aged(3600, -1), { anyValid: true }, false],
    ['not even without a refresh token, once it has expired', { ...aged(3600, -1), refresh_token: null }, {}, false],
    ['not even while failures hold its refresh back, once it has expired', { ...aged(3600, -1), ...held }, {}, false],
    ['with 10 s left, unless told otherwise', aged(3600, 12), {}, true],
    ['not with less than 10 s left, unless told otherwise', aged(3600, 9), {}, false],
    ['with a tenth of a short life left, unless told otherwise', aged(30, 4), {}, true],
    ['not with less than a tenth of a short life left', aged(30, 2.5), {}, false],
    ['when as much is left as was asked for', aged(3600, 105), { minTtlSeconds: 100 }, true],
    ['not when less is left than was asked for', aged(3600, 95), { minTtlSeconds: 100 }, false],
    ['with a second left when 0 was asked for', aged(3600, 2), { minTtlSeconds: 0 }, true],
    ['younger than half its life, however much was asked for', aged(3600, 1900), { minTtlSeconds: 86_400 }, true],
    ['not older than half its life, when more was asked for than is left', aged(3600, 1700), { minTtlSeconds: 86_400 }, false],
    ['when less is left than was asked for, where any valid one will do', aged(3600, 5), { anyValid: true }, true],
    ['when less is left than was asked for, without a refresh token', { ...aged(3600, 5), refresh_token: null }, {}, true],
    ['when less is left than was asked for, while failures hold its refresh back', { ...aged(3600, 5), ...held }, {}, true],
    [
      'when less is left, while the outcome of its refresh is unknown',
      { ...aged(3600, 5), due_at: inSeconds(5), attempt: randomUUID(), sent_at: inSeconds(-40) },
      {},
      true,
    ],
    [
      'not when failures have held its refresh back long enough',
      { ...aged(3600, 5), due_at: inSeconds(-1), failures: 3 },
      {},
      false,
    ],
    [
      'when no end is known, however much was asked for',
      { expires_at: null, lifetime_seconds: null },
      { minTtlSeconds: 86_400 },
      true,
    ],
    ['when another version of it was refused', { version: 3 }, { refusedVersion: 2 }, true],
    ['not when this version of it was refused', { version: 3 }, { refusedVersion: 3 }, false],
    [
      'when this version was refused and there is no refresh token',
      { version: 3, refresh_token: null },
      { refusedVersion: 3 },
      true,
    ],
    ['when this version was refused and any valid one will do', { version: 3 }, { refusedVersion: 3, anyValid: true }, true],
    ['when this version was refused behind a closed gate', { version: 3, ...behindClosedGate }, { refusedVersion: 3 }, true],
    ['when this version was refused while failures hold its refresh back', { version: 3, ...held }, { refusedVersion: 3 }, true],
    [
      'when a version was refused that lies beyond every integer of PostgreSQL',
      {},
      { refusedVersion: Number.MAX_SAFE_INTEGER },
      true,
    ],
    [
      'when this version was refused and its predecessor within the last 30 s',
      { version: 3, refused_at: inSeconds(-10), issued_at: inSeconds(-5), expires_at: inSeconds(3595) },
      { refusedVersion: 3 },
      true,
    ],
    [
      'not when this version was refused and its predecessor longer ago',
      { version: 3, refused_at: inSeconds(-40), issued_at: inSeconds(-35), expires_at: inSeconds(3565) },
      { refusedVersion: 3 },
      false,
    ],
    [
      'not while the refresh that a refusal asked for is under way',
      { version: 3, refused_at: inSeconds(-1), due_at: inSeconds(-1) },
      { refusedVersion: 3 },
      false,
    ],
  ])('%s', async (_rule, columns, change, ready) => expect(await handsOut(columns, change)).toBe(ready));

  it('with the time until the next try, while failures hold its refresh back', async () => {
    const grant = await storedGrant(pool, profile, { ...aged(3600, -1), ...held });
    const read = await reader.read(ask(grant.user));
    expect(read).toMatchObject({ ready: false, lastFailure: 'http_503' });
    expect(read.heldBackSeconds).toBeGreaterThan(25);
    expect(read.heldBackSeconds).toBeLessThanOrEqual(30);
  });
});

describe('many reads', () => {
  it('at once share a few statements, and each gets its own answer', async () => {
    const grants = await Promise.all(
      Array.from({ length: 40 }, (_, index) => storedGrant(pool, profile, index % 4 === 3 ? aged(60, -1) : {})),
    );
    let statements = 0;
    const counting = new TokenReader({
      query: (...parameters: unknown[]) => {
        statements += 1;
        return (pool.query as (...given: unknown[]) => unknown)(...parameters);
      },
    } as Pick<pg.Pool, 'query'>);
    const asks = Array.from({ length: 200 }, (_, index) =>
      ask(grants[index % 40]?.user ?? '', index % 10 === 9 ? { keyHash: randomBytes(32) } : {}),
    );
    const reads = await Promise.all(asks.map((one) => counting.read(one)));

    expect(statements).toBeLessThanOrEqual(4);
    reads.forEach((read, index) => {
      if (index % 10 === 9) expect(read.keyId).toBeNull();
      else expect(read).toMatchObject({ grantId: grants[index % 40]?.id, ready: (index % 40) % 4 !== 3 });
    });
    expect(await recorded()).toBe(reads.filter(({ ready }) => ready).length);
  });

  it('with one that no token fits do not fail the others', async () => {
    const { user } = await storedGrant(pool, profile);
    const reads = await Promise.all([
      reader.read(ask(user)),
      reader.read(ask(user, { refusedVersion: 2 ** 40 })),
      reader.read(ask(user, { minTtlSeconds: 86_400 })),
      reader.read(ask('nobody')),
    ]);
    expect(reads.map(({ ready }) => ready)).toEqual([true, true, false, false]);
  });

  it('use indexes for everything that grows, with 20 000 grants', async () => {
    const { id } = await storedGrant(pool, profile);
    await pool.query(
      `INSERT INTO "grant" SELECT (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid(), 'user_id', 'copy ' || n))).* FROM "grant" g, generate_series(1, 20000) n WHERE g.id = $1`,
      [id],
    );
    await pool.query('ANALYZE');
    const plan = async (text: string, values?: unknown[]) =>
      (await pool.query(text, values)).rows.map((row) => row['QUERY PLAN']).join('\n');
    const planned = new TokenReader({
      query: async ({ text, values }: pg.QueryConfig) => {
        throw new Error((await plan(`EXPLAIN ${text}`, values)) + (await plan(`EXPLAIN (GENERIC_PLAN) ${text}`)));
      },
    } as unknown as Pick<pg.Pool, 'query'>);
    const plans = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        planned.read(ask(`copy ${index}`)).then(
          () => '',
          ({ message }: Error) => message,
        ),
      ),
    );
    expect(plans[0]).toMatch(/Index Scan using grant_\w+ on "?grant/);
    expect(plans[0]).not.toMatch(/Seq Scan on "?grant/);
  });
});
