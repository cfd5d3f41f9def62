import { randomUUID } from 'node:crypto';
import { timelineEntrySchema } from '@grantkeeper/contracts/grants/timeline';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  inSeconds,
  type StoredProfile,
  storedAuthorization,
  storedGrant,
  storedKey,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { findTimelineGrant, type TimelineGrant, type TimelinePlace, timelineAfter } from './grant-timeline.view.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;
let grant: TimelineGrant;
let user: string;
const start: TimelinePlace = { event: null, revision: null, consent: null, day: null };

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 3);
});
beforeEach(async () => {
  profile = await storedProfile(pool);
  const stored = await storedGrant(pool, profile, { consented_at: inSeconds(-10 * 86_400), tenant: 'acme' });
  user = stored.user;
  grant = (await findTimelineGrant(pool, stored.id)) as TimelineGrant;
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const happened = (type: string, hoursAgo: number, payload: object = {}, stream = `grant-${grant.id}`, actor = 'worker') =>
  pool.query(
    `INSERT INTO event (stream, type, payload, assistant_id, actor, correlation_id, at)
     VALUES ($1, $2, $3, $4, $6, 'c', now() - make_interval(hours => $5))`,
    [stream, type, { grantId: grant.id, profileId: profile.id, version: 1, ...payload }, profile.assistantId, hoursAgo, actor],
  );
const revised = (revision: number, hoursAgo: number) =>
  pool.query(
    `INSERT INTO profile_revision (profile_id, revision, action, name, definition, changed, by, at)
     VALUES ($1, $2, 'revised', 'p', '{}', '{scope}', 'operator:ada', now() - make_interval(hours => $3))`,
    [profile.id, revision, hoursAgo],
  );
const handedOut = (key: { id: string }, hoursAgo: number, times = 1, grantId = grant.id) =>
  pool.query(
    `INSERT INTO hand_out (at, assistant_id, runtime_key_id, profile_id, grant_id, token_version, user_id)
     SELECT now() - make_interval(hours => $1), $2, $3, $4, $5, 1, $6 FROM generate_series(1, $7)`,
    [hoursAgo, profile.assistantId, key.id, profile.id, grantId, user, times],
  );
const told = async (place = start, limit = 100) =>
  (await timelineAfter(pool, grant, place, limit)).map(({ entry }) => timelineEntrySchema.parse(entry));
const tokens = { expiresAt: null, scope: '' };

describe('the life of a grant', () => {
  it('is told newest first: what was recorded, revisions of its profile, failed consents and hand-outs by day and runtime', async () => {
    const [production, trial] = [
      await storedKey(pool, profile.assistantId, { name: 'production' }),
      await storedKey(pool, profile.assistantId, { name: 'trial' }),
    ];
    await happened('grants.consented.v1', 240, { ...tokens, authorizationId: randomUUID() });
    await handedOut(production, 200, 3);
    await handedOut(trial, 200, 1);
    await happened('grants.refresh-failed.v1', 150, { failure: 'http_503', dueAt: '2026-01-01T00:00:00Z' });
    await revised(2, 100);
    await happened('grants.reconnect-required.v1', 50, { reason: 'invalid_grant' });
    await storedAuthorization(pool, profile, {
      user_id: user,
      tenant: 'acme',
      state: 'denied',
      ended_at: inSeconds(-40 * 3_600),
    });

    const life = await told();
    expect(life.map((entry) => (entry.kind === 'event' ? entry.event.type : entry.kind))).toEqual([
      'failed-consent',
      'grants.reconnect-required.v1',
      'revision',
      'grants.refresh-failed.v1',
      'hand-outs',
      'grants.consented.v1',
    ]);
    expect(life[0]).toMatchObject({ state: 'denied', reason: null });
    expect(life[2]).toMatchObject({ revision: 2, by: 'operator:ada', action: 'revised', changed: ['scope'] });
    expect(life[3]).toMatchObject({ actor: 'worker', event: { failure: 'http_503' } });
    expect(life[4]).toMatchObject({
      count: 4,
      more: false,
      runtimes: [
        { runtimeKeyId: production.id, name: 'production', count: 3, more: false },
        { runtimeKeyId: trial.id, name: 'trial', count: 1, more: false },
      ],
    });
  });

  it('names operators and runtimes while they are there', async () => {
    const key = await storedKey(pool, profile.assistantId, { name: 'production' });
    const operator = randomUUID();
    await pool.query(
      `INSERT INTO operator (id, email, password_hash, role) VALUES ($1::uuid, $1::text || '@example.com', '-', 'admin')`,
      [operator],
    );
    for (const actor of [`runtime:${key.id}`, `operator:${operator}`, `operator:${randomUUID()}`, 'user'])
      await happened('grants.refresh-wanted.v1', 1, {}, undefined, actor);
    const names = (await told()).map((entry) => (entry.kind === 'event' ? entry.actorName : entry));
    expect(names).toEqual([null, null, `${operator}@example.com`, 'production']);
  });

  it('tells nothing of other grants, of before it was, and of consents for another account or tenant', async () => {
    const key = await storedKey(pool, profile.assistantId);
    const other = await storedGrant(pool, profile);
    await handedOut(key, 5, 1, other.id);
    await happened('grants.refreshed.v1', 5, tokens, `grant-${other.id}`);
    await revised(2, 24 * 20);
    const ended = { user_id: user, state: 'denied' };
    await storedAuthorization(pool, profile, { ...ended, tenant: 'acme', ended_at: inSeconds(-20 * 86_400) });
    await storedAuthorization(pool, profile, { ...ended, tenant: 'other', ended_at: inSeconds(-60) });
    await storedAuthorization(pool, profile, { ...ended, tenant: 'acme', account: 'second', ended_at: inSeconds(-60) });
    await storedAuthorization(pool, profile, { user_id: user, tenant: 'acme', state: 'expired', ended_at: inSeconds(-60) });
    expect(await told()).toEqual([]);
  });

  it('stays small where a grant is busy: a day is one entry, and each runtime is counted to a thousand', async () => {
    const [busy, rare] = [
      await storedKey(pool, profile.assistantId, { name: 'busy' }),
      await storedKey(pool, profile.assistantId, { name: 'rare' }),
    ];
    await handedOut(busy, 0, 1_500);
    await handedOut(rare, 0, 2);
    expect(await told()).toMatchObject([
      {
        kind: 'hand-outs',
        count: 1_002,
        more: true,
        runtimes: [
          { name: 'busy', count: 1_000, more: true },
          { name: 'rare', count: 2, more: false },
        ],
      },
    ]);
  });

  it('is walked page by page: each entry once, in the same order as in one go', async () => {
    const key = await storedKey(pool, profile.assistantId);
    for (let n = 8; n >= 1; n -= 1) {
      await happened('grants.refreshed.v1', n * 20, tokens);
      await handedOut(key, n * 24);
      await revised(10 - n, 30 * n);
      await storedAuthorization(pool, profile, {
        user_id: user,
        tenant: 'acme',
        state: 'failed',
        reason: 'code_refused',
        ended_at: inSeconds(-n * 3_600 * 24),
      });
    }
    const all = await told();
    expect(all).toHaveLength(32);
    const walked: unknown[] = [];
    let place = start;
    for (;;) {
      const page = await timelineAfter(pool, grant, place, 5);
      walked.push(...page.map(({ entry }) => entry));
      for (const step of page) place = { ...place, ...step.place };
      if (page.length < 5) break;
    }
    expect(walked).toEqual(all);
  });

  it('is not told of held grants', async () => {
    const held = await storedGrant(pool, profile, { status: 'held' });
    expect(await findTimelineGrant(pool, held.id)).toBeNull();
  });
});
