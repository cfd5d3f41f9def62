import { randomBytes, randomUUID } from 'node:crypto';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { createPool } from '@grantkeeper/platform/database/pool';
import { refreshTokenPlace } from '@grantkeeper/platform/grants/sealed-tokens';
import { applyProjection } from '@grantkeeper/platform/projections/apply-projection';
import { refreshActivity } from '@grantkeeper/platform/refresh/refresh-activity.projection';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type pg from 'pg';
import type { ApiAnswer } from '../../support/api-client.js';
import { type FreshDatabase, freshDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { othersOver } from '../../support/other-databases.js';
import type { LogLine } from '../../support/process-log.js';
import { inSeconds, type StoredProfile, storedAuthorization, storedGrant, storedProfile } from '../../support/stored-rows.js';
import { Heard } from '../harness/heard.js';
import type { Evidence, SeenRequest, Violation } from './evidence.js';
import { recheck } from './recheck.js';

const canary = `canary${randomBytes(10).toString('hex')}`;
let database: FreshDatabase;
let pool: pg.Pool;
let vault: Vault;
let profile: StoredProfile;
let requests: SeenRequest[];
let logs: LogLine[];
let heard: Heard;
let movedOn: Set<string>;
let newest: string;
/** Done when the provider is asked for its newest token. */
let asked: () => Promise<unknown>;
let queue: Evidence['queue'] = null;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 2);
  vault = new Vault(pool, KeyRing.read(`k1:${randomBytes(32).toString('base64')}`));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await pool.query('TRUNCATE assistant, event, job, callback_form CASCADE');
  profile = await storedProfile(pool);
  asked = async () => undefined;
  [requests, logs, heard, movedOn, newest] = [[], [], new Heard(), new Set(), `${canary}-rt-2`];
});

function look(): Promise<Violation[]> {
  const witness = {
    name: 'strict',
    origin: 'https://provider.example',
    rotates: true,
    requests: () => requests,
    isNewest: async (token: string) => {
      await asked();
      return token === newest;
    },
  };
  const evidence: Evidence = { pool, vault, queue, witnesses: [witness], movedOn, heard, logs, canary };
  return recheck(evidence, 0);
}

async function expectViolated(invariant: string, text: RegExp): Promise<void> {
  const found = await look();
  expect(found).toMatchObject([{ invariant, text: expect.stringMatching(text) }]);
  expect(found[0]?.ids.length).toBeGreaterThan(0);
}

async function grantWith(token: string, columns: object = {}): Promise<string> {
  const id = randomUUID();
  const refresh_token = await vault.seal(profile.assistantId, refreshTokenPlace(id), token);
  await storedGrant(pool, profile, { id, refresh_token, ...columns });
  return id;
}

const event = (stream: string, type: string) =>
  pool.query(`INSERT INTO event (stream, type, payload, actor, correlation_id) VALUES ($1, $2, '{}', 'worker', 'c')`, [
    stream,
    type,
  ]);
const sent = (at: number, presented: { code?: string; refreshToken?: string }, refused: boolean | null = false): SeenRequest => ({
  at,
  ...presented,
  refused,
});
const answer = (status: number, body: unknown): ApiAnswer<never> =>
  ({ status, body, text: JSON.stringify(body), headers: new Headers() }) as unknown as ApiAnswer<never>;

describe('the oracle', () => {
  it('is silent where all is well', async () => {
    await grantWith(newest);
    await storedAuthorization(pool, profile);
    const consented = await storedAuthorization(pool, profile, { state: 'consented', grant_id: await grantWith(newest) });
    await event(`authorization-${consented}`, 'authorizations.consented.v1');
    requests = [sent(0, { code: 'c' }), sent(0, { refreshToken: 'r' }, true), sent(5_000, { refreshToken: 'r' })];
    expect(await look()).toEqual([]);
  });

  it.each([
    ['an exchange that nobody ends', { state: 'exchanging', sent_at: inSeconds(-40) }, /still open/],
    ['a link past its time', { expires_at: inSeconds(-20) }, /still open/],
    ['an end that no event tells', { state: 'denied' }, /without exactly one event/],
  ])('reports %s', async (_what, columns, text) => {
    await storedAuthorization(pool, profile, columns);
    await expectViolated('one final state', text);
  });

  it('reports a command with two ends', async () => {
    const id = await storedAuthorization(pool, profile, { state: 'denied' });
    for (const end of ['denied', 'expired']) await event(`authorization-${id}`, `authorizations.${end}.v1`);
    await expectViolated('one final state', /two ends/);
  });

  it.each([
    ['a refresh that nobody does', { due_at: inSeconds(-20) }],
    ['a mark that nobody ends', { due_at: inSeconds(-20), attempt: randomUUID(), sent_at: inSeconds(-60) }],
  ])('reports %s', async (_what, columns) => {
    await grantWith(newest, columns);
    await expectViolated('one final state', /due and not refreshed/);
  });

  it('reports a stored refresh token that is not the newest', async () => {
    await grantWith(`${canary}-rt-1`);
    await expectViolated('newest token stored', /not the newest/);
  });

  it.each([
    ['stored', 'version = version + 1'],
    ['under way', 'attempt = gen_random_uuid(), sent_at = now()'],
  ])('knows a token that was replaced between two looks by a refresh that is %s', async (_where, change) => {
    const id = await grantWith(`${canary}-rt-1`);
    asked = () => pool.query(`UPDATE "grant" SET ${change} WHERE id = $1`, [id]);
    expect(await look()).toEqual([]);
  });

  it('reports a code in two token requests, however far apart', async () => {
    requests = [sent(0, { code: 'c' }), sent(100_000, { code: 'c' })];
    await expectViolated('sent once', /codes in two/);
  });

  it('reports a rotating refresh token that is sent again before its rest, and lets it pass after, once', async () => {
    requests = [sent(0, { refreshToken: 'r' }), sent(20_000, { refreshToken: 'r' })];
    await expectViolated('sent once', /refresh tokens sent too often/);
    movedOn = new Set(['r']);
    expect(await look()).toEqual([]);
    movedOn = new Set();
    requests = [sent(0, { refreshToken: 'r' }, null), sent(31_000, { refreshToken: 'r' }, null)];
    expect(await look()).toEqual([]);
    requests.push(sent(90_000, { refreshToken: 'r' }, null));
    await expectViolated('sent once', /refresh tokens sent too often/);
  });

  it('takes a re-send that was answered 503 for none, but not before the rest', async () => {
    const passing = (at: number): SeenRequest => ({ ...sent(at, { refreshToken: 'r' }, true), isPassing: true });
    requests = [sent(0, { refreshToken: 'r' }, null), passing(31_000), sent(40_000, { refreshToken: 'r' }, null)];
    expect(await look()).toEqual([]);
    requests.push(sent(90_000, { refreshToken: 'r' }, null));
    await expectViolated('sent once', /refresh tokens sent too often/);
    requests = [sent(0, { refreshToken: 'r' }, null), passing(20_000)];
    await expectViolated('sent once', /refresh tokens sent too often/);
  });

  it.each([
    ['as it is', `${canary}-at-x`],
    ['in base64', Buffer.from(`..${canary}-at-x`).toString('base64')],
  ])('reports a token in a table, %s', async (_what, text) => {
    await storedAuthorization(pool, profile, { display_name: text });
    await expectViolated('no secret outside', /can be read/);
  });

  it('reports a token in a log line', async () => {
    logs = [{ process: 'worker-1', stream: 'stdout', text: `refresh of ${canary}-rt-1`, json: null }];
    await expectViolated('no secret outside', /can be read/);
  });

  it('reports an answer without a code of the list', async () => {
    heard.answer(answer(500, { title: 'Oops', code: 'some.thing' }));
    await expectViolated('coded failures', /without a code/);
  });

  it('reports a failure stored without a reason', async () => {
    const id = await storedAuthorization(pool, profile, { state: 'failed' });
    await event(`authorization-${id}`, 'authorizations.failed.v1');
    await expectViolated('coded failures', /without a reason/);
  });

  it.each([
    ['that had ended', -5_000, true],
    ['that the provider does not take', 60_000, false],
  ])('reports a token handed out %s', async (_what, leftMs, isAlive) => {
    const expiresAt = new Date(Date.now() + leftMs).toISOString();
    heard.token(answer(200, { status: 'ready', accessToken: 'a', expiresAt, grantId: 'g' }), Date.now(), () => isAlive);
    await expectViolated('no expired token', /of no use/);
  });

  it('reports a refresh that a projection has passed over, and one that it counts without an event', async () => {
    const refreshed = { profileId: profile.id, grantId: randomUUID(), version: 2 };
    await pool.query(
      `INSERT INTO event (stream, type, payload, actor, correlation_id) VALUES ('grant-x', 'grants.refreshed.v1', $1, 'worker', 'c')`,
      [JSON.stringify(refreshed)],
    );
    await expectViolated('projections as rebuilt', /not counted as the events say/);
    await othersOver(pool);
    while (await applyProjection(pool, refreshActivity));
    expect(await look()).toEqual([]);
    await pool.query('UPDATE refresh_activity SET count = count + 1');
    await expectViolated('projections as rebuilt', /not counted as the events say/);
    await pool.query('DELETE FROM refresh_activity');
  });

  it('reports a job that was never queued', async () => {
    await pool.query(
      `INSERT INTO job (id, event_id, name, payload, correlation_id, created_at) VALUES ($1, 1, 'grants.refresh', '{}', 'c', now() - interval '1 minute')`,
      [randomUUID()],
    );
    await expectViolated('nothing left over', /never queued/);
  });

  it('reports a transaction that stays open', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1');
    try {
      await eventually(
        async () => {
          const { rows } = await pool.query(
            `SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction' AND state_change < now() - interval '10 s'`,
          );
          expect(rows).toHaveLength(1);
        },
        { withinMs: 20_000 },
      );
      await expectViolated('nothing left over', /stay open/);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

const redisUrl = process.env.GK_TEST_REDIS_URL;
if (redisUrl !== undefined)
  describe('the oracle, of a queue in Redis', () => {
    const prefix = `gkt${randomBytes(6).toString('hex')}`;
    let redis: Redis;

    beforeAll(() => {
      redis = new Redis(redisUrl);
      queue = { redis, prefix };
    });
    afterAll(() => {
      redis.disconnect();
      queue = null;
    });
    afterEach(
      async () => void (await redis.del(`${prefix}:refresh-now:wait`, `${prefix}:refresh-now:1:lock`, `${prefix}:refresh-now:1`)),
    );

    it('reports a job that nobody takes', async () => {
      await redis.lpush(`${prefix}:refresh-now:wait`, 'job-1');
      await expectViolated('nothing left over', /nobody takes/);
    });

    it('reports a lock without an end', async () => {
      await redis.set(`${prefix}:refresh-now:1:lock`, 'worker');
      await expectViolated('nothing left over', /locks without an end/);
    });

    it('reports a token in a queue', async () => {
      await redis.hset(`${prefix}:refresh-now:1`, 'data', JSON.stringify({ token: `${canary}-rt-1` }));
      await expectViolated('no secret outside', /can be read/);
    });
  });
