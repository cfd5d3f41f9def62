import { randomBytes } from 'node:crypto';
import { createDataSource } from '@grantkeeper/platform/database/data-source';
import { createPool } from '@grantkeeper/platform/database/pool';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import type { JobRow } from '@grantkeeper/platform/outbox/outbox';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import {
  columnOf,
  inSeconds,
  type StoredProfile,
  storedAuthorization,
  storedGrant,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { loneGates } from '../../test-fixtures/lone-gates.js';
import { silent } from '../../test-fixtures/recording-host.js';
import { DeleteGrantsProcessor } from '../profiles/delete-grants.processor.js';
import type { Dispatcher } from '../runtime/dispatcher.js';
import { Sweeper } from './sweeper.js';

let database: FreshDatabase;
let pool: SqlPool;
let dataSource: Awaited<ReturnType<ReturnType<typeof createDataSource>['initialize']>>;
let unitOfWork: UnitOfWork;
let profile: StoredProfile;
const sweepers: Sweeper[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 10);
  dataSource = await createDataSource(database.url, [], 5).initialize();
  unitOfWork = new UnitOfWork(dataSource, () => undefined);
  profile = await storedProfile(pool);
});
afterEach(() => Promise.all(sweepers.splice(0).map((sweeper) => sweeper.stop())));
afterAll(async () => {
  await Promise.all([pool.end(), dataSource.destroy()]);
  await database.drop();
});

/** A sweeper that has begun, and what it handed on. */
function sweeping(act: (row: JobRow) => Promise<void> = () => Promise.resolve()): JobRow[] {
  const handed: JobRow[] = [];
  const dispatch = async (rows: readonly JobRow[]): Promise<void> => {
    for (const row of rows) {
      handed.push(row);
      await act(row);
    }
  };
  const sweeper = new Sweeper(pool, unitOfWork, { dispatch } as unknown as Dispatcher, loneGates(), silent);
  sweepers.push(sweeper);
  sweeper.start();
  return handed;
}

describe('the sweeper', () => {
  it('finds everything that is due without any queue, once with another beside it', async () => {
    const authorization = await storedAuthorization(pool, profile, { state: 'code_received', code: randomBytes(9) });
    const grant = await storedGrant(pool, profile, { due_at: inSeconds(-1) });
    const deleting = await storedProfile(pool, { status: 'deleting', updated_at: inSeconds(-9) });
    const { rows } = await pool.query(
      `INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins) VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), '{}') RETURNING id`,
      [profile.assistantId, profile.id],
    );
    const [one, two] = [sweeping(), sweeping()];
    const ids = [authorization, grant.id, deleting.id, rows[0].id];
    await eventually(() => expect([...one, ...two]).toHaveLength(4));
    for (const id of ids) expect([...one, ...two].filter(({ payload }) => JSON.stringify(payload).includes(id))).toHaveLength(1);
  });

  it('ends what ran out of time', async () => {
    const id = await storedAuthorization(pool, profile, { expires_at: inSeconds(-1) });
    sweeping();
    await eventually(async () => expect(await columnOf(pool, 'authorization', id, 'state')).toBe('expired'));
  });

  it('tells of refresh tokens that are about to end', async () => {
    const { id } = await storedGrant(pool, profile, { refresh_ends_at: inSeconds(60), refresh_notice_at: inSeconds(-1) });
    sweeping();
    await eventually(async () => {
      const { rows } = await pool.query(`SELECT type FROM event WHERE stream = $1`, [`grant-${id}`]);
      expect(rows).toEqual([{ type: 'grants.refresh-token-ending.v1' }]);
    });
  });

  it('does the rest of its work when one part of it fails', async () => {
    await pool.query('ALTER TABLE revocation RENAME TO hidden');
    try {
      const id = await storedAuthorization(pool, profile, { expires_at: inSeconds(-1) });
      sweeping();
      await eventually(async () => expect(await columnOf(pool, 'authorization', id, 'state')).toBe('expired'));
    } finally {
      await pool.query('ALTER TABLE hidden RENAME TO revocation');
    }
  });

  it('tidies at its start: partitions are made and what is old is forgotten', async () => {
    const { rows } = await pool.query(`SELECT 'hand_out_' || to_char((now() AT TIME ZONE 'UTC')::date + 30, 'YYYYMMDD') AS name`);
    await pool.query(`DROP TABLE ${rows[0].name}`);
    const id = await storedAuthorization(pool, profile, { state: 'expired', ended_at: inSeconds(-31 * 86_400) });
    sweeping();
    await eventually(async () => {
      expect((await pool.query('SELECT to_regclass($1) IS NOT NULL AS there', [rows[0].name])).rows).toEqual([{ there: true }]);
      expect(await columnOf(pool, 'authorization', id, 'id')).toBeUndefined();
    });
  });

  it('resumes the deletion of a profile that was interrupted, until nothing of it is left', async () => {
    const doomed = await storedProfile(pool, { status: 'deleting', updated_at: inSeconds(-9) });
    for (let count = 0; count < 5; count += 1) await storedGrant(pool, doomed);
    const held = await storedGrant(pool, doomed, { status: 'held' });
    await storedAuthorization(pool, doomed, { state: 'confirming', held_grant_id: held.id, confirm_expires_at: inSeconds(60) });
    const processor = new DeleteGrantsProcessor(unitOfWork);
    sweeping(async ({ name, payload, correlationId }) => {
      if (name !== 'profiles.delete-grants') return;
      await processor.process(payload as { profileId: string }, {
        correlationId,
        signal: new AbortController().signal,
        context: { kind: name, correlationId, ids: {} },
      });
      // The providers are told; the next sweep need not wait its turn.
      await pool.query(
        `UPDATE revocation SET state = 'revoked', settled_at = now(), hand_out = NULL, refresh_token = NULL WHERE profile_id = $1`,
        [doomed.id],
      );
      await pool.query(`UPDATE profile SET updated_at = now() - interval '9 s' WHERE id = $1`, [doomed.id]);
    });
    await eventually(async () => expect((await pool.query('SELECT FROM profile WHERE id = $1', [doomed.id])).rowCount).toBe(0));
    const { rows } = await pool.query(`SELECT type FROM event WHERE stream = $1`, [`profile-${doomed.id}`]);
    expect(rows).toEqual([{ type: 'profiles.deleted.v1' }]);
    expect(
      (await pool.query(`SELECT count(*) FROM event WHERE type = 'grants.ended.v1' AND payload->>'profileId' = $1`, [doomed.id]))
        .rows,
    ).toEqual([{ count: 6 }]);
  });
});
