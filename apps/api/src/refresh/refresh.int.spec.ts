import { randomUUID } from 'node:crypto';
import { refreshSummarySchema } from '@grantkeeper/contracts/refresh/http';
import { noteFault } from '@grantkeeper/platform/profiles/profile-fault';
import { applyProjection } from '@grantkeeper/platform/projections/apply-projection';
import { countDueRefreshes } from '@grantkeeper/platform/refresh/count-due';
import { refreshActivity } from '@grantkeeper/platform/refresh/refresh-activity.projection';
import { othersOver } from '@grantkeeper/tests/support/other-databases';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await RunningApi.start();
});
afterAll(() => api.stop());

const givenGrant = async (
  profile: { id: string; assistantId: string },
  more: { dueIn: string; endsIn?: string },
): Promise<string> => {
  const id = randomUUID();
  await api.db.query(
    `INSERT INTO "grant" (id, assistant_id, profile_id, user_id, account, status, hand_out, issued_at, expires_at, due_at, refresh_ends_at, refresh_end_told, origins, client_id, authorization_id)
     VALUES ($1::uuid, $2, $3, $6, 'default', 'active', '\\x00', now(), now() + interval '1 h', now() + $4::interval, now() + $5::interval, true, '{}', 'client', $1::uuid)`,
    [id, profile.assistantId, profile.id, more.dueIn, more.endsIn ?? null, id],
  );
  return id;
};
const givenEvent = (profile: { id: string; assistantId: string }, type: string, payload: object = {}) =>
  api.db.query(
    `INSERT INTO event (stream, type, payload, assistant_id, actor, correlation_id) VALUES ('grant-x', $1, $2, $3, 'worker', 'spec')`,
    [type, JSON.stringify({ profileId: profile.id, ...payload }), profile.assistantId],
  );
const summary = async (assistantId?: string) => {
  const { status, body } = await api.call(
    'GET',
    `/v1/refresh/summary${assistantId === undefined ? '' : `?assistant=${assistantId}`}`,
  );
  expect(status).toBe(200);
  return refreshSummarySchema.parse(body);
};

describe('the refresh desk’s summary', () => {
  it('of an installation where nothing has happened is empty, not absent', async () => {
    const told = await summary();
    expect(told).toMatchObject({ due: { countedAt: null, nextHour: [], nextDay: [] }, providers: [], gates: [], parked: [] });
    expect(told.late).toEqual({ refreshes: 0, atLeast: false, oldestSeconds: 0 });
    expect(told.perMinute).toHaveLength(60);
  });

  it('tells what is late, what falls due and which refresh tokens end, of all or of one assistant', async () => {
    const [mine, other] = [
      await api.givenProfile(await api.givenAssistant()),
      await api.givenProfile(await api.givenAssistant()),
    ];
    await givenGrant(mine, { dueIn: '-90 s' });
    await givenGrant(mine, { dueIn: '7 min' });
    const ending = await givenGrant(mine, { dueIn: '3 h 10 min', endsIn: '2 days' });
    await givenGrant(other, { dueIn: '8 min', endsIn: '60 days' });
    expect(await countDueRefreshes(api.db)).toBe(true);
    expect(await countDueRefreshes(api.db)).toBe(false); // it has just been counted

    const all = await summary();
    expect(all.due.nextHour.map(({ refreshes }) => refreshes)).toEqual([0, 2, ...Array(10).fill(0)]);
    expect(all.due.nextDay.map(({ refreshes }) => refreshes)).toEqual([2, 0, 0, 1, ...Array(20).fill(0)]);
    const told = await summary(mine.assistantId);
    expect(told.due.nextHour.map(({ refreshes }) => refreshes)).toEqual([0, 1, ...Array(10).fill(0)]);
    expect(told.late.refreshes).toBe(1);
    expect(told.late.oldestSeconds).toBeGreaterThan(89);
    expect(told.refreshTokensEnding).toEqual([expect.objectContaining({ grantId: ending, profileName: mine.name, told: true })]);
    expect((await summary(other.assistantId)).late.refreshes).toBe(0);
  });

  it('tells how refreshes went, by provider and failure', async () => {
    const profile = await api.givenProfile(await api.givenAssistant(), {
      clientId: 'told',
      tokenUrl: 'https://told.example.com/token',
    });
    for (const _ of [1, 2, 3]) await givenEvent(profile, 'grants.refreshed.v1');
    await givenEvent(profile, 'grants.refresh-failed.v1', { failure: 'http_503' });
    await givenEvent(profile, 'grants.reconnect-required.v1', { reason: 'invalid_grant' });
    await othersOver(api.db);
    while (await applyProjection(api.db, refreshActivity));
    const told = await summary(profile.assistantId);
    expect(told.providers).toEqual([
      {
        origin: 'https://told.example.com',
        clientId: 'told',
        profiles: [{ id: profile.id, assistantId: profile.assistantId, name: profile.name }],
        refreshed: 3,
        failed: [
          { failure: 'http_503', count: 1 },
          { failure: 'invalid_grant', count: 1 },
        ],
        successRatio: 0.6,
        lastFailure: { failure: expect.any(String), at: expect.any(String) },
      },
    ]);
    expect(told.perMinute.reduce((sum, { refreshed }) => sum + refreshed, 0)).toBe(3);
  });

  it('tells breakers and limits over all workers, with the profiles behind them', async () => {
    const profile = await api.givenProfile(await api.givenAssistant(), {
      clientId: 'gated',
      tokenUrl: 'https://gated.example.com/token',
    });
    const gate = { origin: 'https://gated.example.com', clientId: 'gated', inFlight: 2, mostInFlight: 20, perSecond: 5 };
    for (const told of [
      { ...gate, breaker: 'open', openSeconds: 9 },
      { ...gate, breaker: 'closed', openSeconds: null },
    ])
      await api.db.query('INSERT INTO worker (id, gates) VALUES (gen_random_uuid(), $1)', [JSON.stringify([told])]);
    await api.db.query(
      `INSERT INTO provider_gate (origin, client_id, per_second, closed_until) VALUES ($1, $2, 3, now() + interval '10 s')`,
      [gate.origin, gate.clientId],
    );
    const [told] = (await summary(profile.assistantId)).gates;
    expect(told).toMatchObject({
      breaker: 'open',
      triesAgainAt: expect.any(String),
      closedUntil: expect.any(String),
      learnedPerSecond: 3,
      limits: { inFlight: 20, perSecond: 5 },
      inFlight: 4,
      workers: 2,
      workersNotClosed: 1,
      profiles: [{ id: profile.id, assistantId: profile.assistantId, name: profile.name }],
    });
  });

  it('is asked of an assistant that exists', async () => {
    const { body } = await api.call('GET', `/v1/refresh/summary?assistant=${randomUUID()}`);
    expect(body.code).toBe('assistants.not-found');
  });
});

describe('ResumeProfile', () => {
  it('puts a fault aside once, and what it parked is due again', async () => {
    const profile = await api.givenProfile(await api.givenAssistant());
    const grantId = await givenGrant(profile, { dueIn: '5 min' });
    await api.db.query(`UPDATE "grant" SET last_failure = 'configuration:invalid_client' WHERE id = $1`, [grantId]);
    await noteFault(api.db, profile.id, 'invalid_client');
    expect((await summary(profile.assistantId)).parked).toEqual([
      expect.objectContaining({ id: profile.id, fault: 'invalid_client' }),
    ]);

    const { status, body } = await api.call('POST', `/v1/profiles/${profile.id}/resume`);
    expect([status, body]).toEqual([200, { profileId: profile.id, fault: 'invalid_client' }]);
    expect((await summary(profile.assistantId)).parked).toEqual([]);
    const { rows } = await api.db.query(`SELECT due_at < now() + interval '61 s' AS soon FROM "grant" WHERE id = $1`, [grantId]);
    expect(rows).toEqual([{ soon: true }]);

    expect((await api.call('POST', `/v1/profiles/${profile.id}/resume`)).body.fault).toBeNull();
    const { rowCount } = await api.db.query(`SELECT FROM audit WHERE action = 'profiles.resume'`);
    expect(rowCount).toBe(1);
  });

  it('is refused to viewers, and where the profile is not active', async () => {
    const profile = await api.givenProfile(await api.givenAssistant());
    const { token } = await api.givenOperator('viewer');
    expect((await api.call('POST', `/v1/profiles/${profile.id}/resume`, { token })).status).toBe(403);
    await api.call('POST', `/v1/profiles/${profile.id}/disable`);
    expect((await api.call('POST', `/v1/profiles/${profile.id}/resume`)).body.code).toBe('profiles.wrong-status');
  });
});
