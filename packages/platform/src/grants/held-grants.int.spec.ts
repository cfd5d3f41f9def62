import { randomBytes, randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  columnOf,
  inSeconds,
  type StoredProfile,
  storedAuthorization,
  storedGrant,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { lockAuthorization } from '../authorizations/authorization.store.js';
import { endAuthorization } from '../authorizations/end-authorization.js';
import { KeyRing } from '../crypto/key-ring.js';
import { Vault } from '../crypto/vault.js';
import { createDataSource } from '../database/data-source.js';
import { createPool } from '../database/pool.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type ConfirmedHeld, confirmHeld } from './held-grants.js';
import { handOutPlace, refreshTokenPlace } from './sealed-tokens.js';

let database: FreshDatabase;
let pool: pg.Pool;
let dataSource: DataSource;
let vault: Vault;
let unitOfWork: UnitOfWork;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url);
  dataSource = await createDataSource(database.url).initialize();
  vault = new Vault(pool, KeyRing.read(`one:${randomBytes(32).toString('base64')}`));
  unitOfWork = new UnitOfWork(dataSource, () => undefined);
});
afterAll(async () => {
  await dataSource.destroy();
  await pool.end();
  await database.drop();
});

const asUser = { actor: { kind: 'user' }, correlationId: 'test' } as const;

interface Given {
  profile: StoredProfile;
  user: string;
  authorizationId: string;
  heldId: string;
}

/** A grant row whose tokens open to `<name>-access` and `<name>-refresh`. */
async function sealedGrant(
  profile: StoredProfile,
  user: string,
  name: string,
  columns: Record<string, unknown> = {},
): Promise<string> {
  const { id } = await storedGrant(pool, profile, { user_id: user, ...columns });
  const handOut = await vault.seal(profile.assistantId, handOutPlace(id), `${name}-access`);
  const refreshToken =
    columns.refresh_token === null ? null : await vault.seal(profile.assistantId, refreshTokenPlace(id), `${name}-refresh`);
  await pool.query('UPDATE "grant" SET hand_out = $2, refresh_token = $3 WHERE id = $1', [id, handOut, refreshToken]);
  return id;
}

async function givenHeld(held: Record<string, unknown> = {}): Promise<Given> {
  const profile = await storedProfile(pool);
  const user = `user-${randomUUID()}`;
  const heldId = await sealedGrant(profile, user, 'new', { status: 'held', ...held });
  const confirming = {
    user_id: user,
    state: 'confirming',
    held_grant_id: heldId,
    confirm_expires_at: inSeconds(300),
    grant_id: null,
  };
  return { profile, user, heldId, authorizationId: await storedAuthorization(pool, profile, confirming) };
}

const confirm = ({ authorizationId }: Given): Promise<ConfirmedHeld> =>
  unitOfWork.run(asUser, async (transaction) => {
    const record = await lockAuthorization(transaction.sql, authorizationId);
    if (!record) throw new Error('no such authorization');
    return confirmHeld(transaction, vault, record);
  });

async function tokensOf(assistantId: string, grantId: string): Promise<[string, string | null]> {
  const sealed = await columnOf<Buffer>(pool, 'grant', grantId, 'hand_out');
  const refresh = await columnOf<Buffer | null>(pool, 'grant', grantId, 'refresh_token');
  return [
    await vault.open(assistantId, handOutPlace(grantId), sealed),
    refresh && (await vault.open(assistantId, refreshTokenPlace(grantId), refresh)),
  ];
}

/** What is known of the end of a grant's refresh token. */
async function endOf(id: string): Promise<unknown[]> {
  const { rows } = await pool.query('SELECT refresh_ends_at, refresh_end_told, refresh_notice_at FROM "grant" WHERE id = $1', [
    id,
  ]);
  return Object.values(rows[0]);
}

const eventsOf = async (stream: string): Promise<string[]> =>
  (await pool.query('SELECT type FROM event WHERE stream = $1 ORDER BY id', [stream])).rows.map(({ type }) => type);
const stateOf = (id: string) => columnOf<string>(pool, 'authorization', id, `concat_ws(' ', state, reason)`);

describe('a held token set that is confirmed', () => {
  it('becomes the grant of its key where there is none', async () => {
    const given = await givenHeld();
    expect(await confirm(given)).toEqual({ kind: 'consented', grantId: given.heldId });
    expect(await columnOf(pool, 'grant', given.heldId, `status || ' ' || version`)).toBe('active 1');
    expect(await tokensOf(given.profile.assistantId, given.heldId)).toEqual(['new-access', 'new-refresh']);
    expect(await stateOf(given.authorizationId)).toBe('consented');
    expect(await columnOf(pool, 'authorization', given.authorizationId, 'grant_id')).toBe(given.heldId);
    expect(await eventsOf(`grant-${given.heldId}`)).toEqual(['grants.consented.v1']);
    expect(await eventsOf(`authorization-${given.authorizationId}`)).toEqual(['authorizations.consented.v1']);
  });

  it('moves into the grant that is there: same id, next version, its own row gone', async () => {
    const given = await givenHeld({ subject: 'me', refresh_ends_at: '2031-01-01Z', refresh_end_told: true });
    const livingId = await sealedGrant(given.profile, given.user, 'old', {
      status: 'reconnect_required',
      reason: 'invalid_grant',
      version: 4,
      attempt: randomUUID(),
      sent_at: inSeconds(-5),
      subject: 'me',
      refresh_ends_at: '2030-01-01Z',
      refresh_notice_at: '2029-01-01Z',
    });
    expect(await confirm(given)).toEqual({ kind: 'consented', grantId: livingId });
    expect(await endOf(livingId)).toEqual([new Date('2031-01-01Z'), true, null]);
    expect(await columnOf(pool, 'grant', livingId, `concat_ws(' ', status, reason, version, attempt)`)).toBe('active 5');
    expect(await tokensOf(given.profile.assistantId, livingId)).toEqual(['new-access', 'new-refresh']);
    expect(await columnOf(pool, 'grant', given.heldId, 'id')).toBeUndefined();
    expect(await eventsOf(`grant-${livingId}`)).toEqual(['grants.reconnected.v1']);
  });

  it('of another person is refused and forgotten without revoking; the working grant stays as it is', async () => {
    const given = await givenHeld({ subject: 'you' });
    const livingId = await sealedGrant(given.profile, given.user, 'old', { version: 4, subject: 'me' });
    expect(await confirm(given)).toEqual({ kind: 'other_account' });
    expect(await tokensOf(given.profile.assistantId, livingId)).toEqual(['old-access', 'old-refresh']);
    expect(await columnOf(pool, 'grant', livingId, 'version')).toBe(4);
    expect(await stateOf(given.authorizationId)).toBe('failed other_account');
    expect(await columnOf(pool, 'grant', given.heldId, `concat_ws(' ', status, reason, hand_out, refresh_token)`)).toBe(
      'ended not_confirmed',
    );
    expect((await pool.query('SELECT FROM revocation WHERE grant_id = $1', [given.heldId])).rowCount).toBe(0);
  });
});

describe('a held token set of another person, where an operator allows it', () => {
  it('takes the place of the old one, whose refresh token goes, and the word is used up', async () => {
    const given = await givenHeld({ subject: 'you', refresh_token: null });
    const livingId = await sealedGrant(given.profile, given.user, 'old', { subject: 'me', other_account_until: inSeconds(60) });
    expect(await confirm(given)).toEqual({ kind: 'consented', grantId: livingId });
    expect(await tokensOf(given.profile.assistantId, livingId)).toEqual(['new-access', null]);
    expect(await columnOf(pool, 'grant', livingId, `concat_ws(' ', subject, other_account_until)`)).toBe('you');
  });

  it('is refused once the time for it is over', async () => {
    const given = await givenHeld({ subject: 'you' });
    await sealedGrant(given.profile, given.user, 'old', { subject: 'me', other_account_until: inSeconds(-1) });
    expect(await confirm(given)).toEqual({ kind: 'other_account' });
  });
});

describe('a held token set without a refresh token', () => {
  it('keeps the old one of an active grant that no flight has', async () => {
    const given = await givenHeld({ refresh_token: null });
    const notice = { refresh_ends_at: '2030-01-01Z', refresh_end_told: true, refresh_notice_at: '2029-01-01Z' };
    const livingId = await sealedGrant(given.profile, given.user, 'old', notice);
    await confirm(given);
    expect(await endOf(livingId)).toEqual([new Date('2030-01-01Z'), true, new Date('2029-01-01Z')]);
    expect(await tokensOf(given.profile.assistantId, livingId)).toEqual(['new-access', 'old-refresh']);
  });

  it('waits for a flight that has the old one, and changes nothing meanwhile', async () => {
    const given = await givenHeld({ refresh_token: null });
    const livingId = await sealedGrant(given.profile, given.user, 'old', { attempt: randomUUID(), sent_at: inSeconds(-5) });
    expect(await confirm(given)).toEqual({ kind: 'flight-under-way', grantId: livingId });
    expect(await stateOf(given.authorizationId)).toBe('confirming');
    expect(await tokensOf(given.profile.assistantId, livingId)).toEqual(['old-access', 'old-refresh']);
  });

  it.each([
    ['of unknown outcome', { attempt: randomUUID(), sent_at: inSeconds(-40) }],
    ['of a grant that had to be reconnected', { status: 'reconnect_required', reason: 'invalid_grant' }],
    ['that was consented to for other origins', { origins: ['https://elsewhere.example'] }],
    ['that may be another account’s, which an operator allows', { other_account_until: inSeconds(60), subject: 'me' }],
    ['of an account that is not known, where an operator allows another', { other_account_until: inSeconds(60) }],
  ])('does not keep an old one %s', async (_, columns) => {
    const given = await givenHeld({ refresh_token: null });
    const livingId = await sealedGrant(given.profile, given.user, 'old', { refresh_ends_at: '2030-01-01Z', ...columns });
    await confirm(given);
    expect(await endOf(livingId)).toEqual([null, false, null]);
    expect(await tokensOf(given.profile.assistantId, livingId)).toEqual(['new-access', null]);
  });
});

describe('a held token set that is not confirmed', () => {
  it('is ended, its tokens waiting sealed for their revocation, with a job for it', async () => {
    const given = await givenHeld();
    await unitOfWork.run(asUser, async (transaction) => {
      const record = await lockAuthorization(transaction.sql, given.authorizationId);
      if (record) await endAuthorization(transaction, record, { state: 'wrong_person' });
    });
    expect(await stateOf(given.authorizationId)).toBe('wrong_person');
    expect(await columnOf(pool, 'grant', given.heldId, `concat_ws(' ', status, reason, hand_out)`)).toBe('ended not_confirmed');
    const { rows } = await pool.query('SELECT hand_out, refresh_token FROM revocation WHERE grant_id = $1', [given.heldId]);
    expect(await vault.open(given.profile.assistantId, refreshTokenPlace(given.heldId), rows[0].refresh_token)).toBe(
      'new-refresh',
    );
    expect((await pool.query(`SELECT FROM job WHERE name = 'grants.revoke-upstream'`)).rowCount).toBe(1);
  });
});
