import { randomUUID } from 'node:crypto';
import { createPool } from '@grantkeeper/platform/database/pool';
import type { Transaction } from '@grantkeeper/platform/database/unit-of-work';
import { settling } from '@grantkeeper/platform/flights/settlement';
import { consentInto } from '@grantkeeper/platform/grants/consent-into';
import { endGrantsIn } from '@grantkeeper/platform/grants/end-grants';
import { sealTokens } from '@grantkeeper/platform/grants/sealed-tokens';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { FlightBench } from '@grantkeeper/tests/support/flight-bench';
import type { ScriptedAnswer } from '@grantkeeper/tests/support/scripted-provider/scripted-answer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { flightWorker } from '../../test-fixtures/flight-worker.js';

let bench: FlightBench;
beforeAll(async () => {
  bench = await FlightBench.start({ mode: 'strict' });
});
afterAll(() => bench.stop());

afterEach(() => bench.pool.query('UPDATE profile SET fault_reason = NULL, fault_since = NULL, fault_probe_at = NULL'));

const newWorker = (on: FlightBench = bench, pool: pg.Pool = on.pool) => flightWorker(on, pool);
const sent = (refreshToken: string, on: FlightBench = bench) => on.provider.tokenRequests({ refreshToken }).length;
const set = (id: string, assignments: string, on: FlightBench = bench) =>
  on.pool.query(`UPDATE "grant" SET ${assignments} WHERE id = $1`, [id]);
/** As if the mark had been made 31 s ago, and the job had come again. */
const ageMark = (id: string, more = '', on: FlightBench = bench) =>
  set(id, `sent_at = sent_at - interval '31 s', due_at = now()${more}`, on);
const tokenEnds = `, expires_at = now() - interval '1 s'`;

/** Starts a refresh whose answer takes a while, and waits until the provider has the request. */
async function inFlight(id: string, refreshToken: string, work: () => Promise<void>): Promise<void> {
  bench.provider.latency(400);
  const flight = newWorker().refresh(id);
  await eventually(() => expect(sent(refreshToken)).toBe(1));
  bench.provider.latency(0);
  await work();
  await flight;
}

async function signOut(id: string): Promise<void> {
  await settling(bench.pool, 'c', async (settlement) => void (await endGrantsIn(settlement as Transaction, [id], 'signed_out')));
}

async function reconnect(id: string, accessToken: string): Promise<void> {
  const tokens = { accessToken, tokenType: 'Bearer', values: {}, refreshToken: 'newly-consented' };
  const sealed = await sealTokens(bench.vault, bench.assistantId, id, tokens);
  const { user_id: userId } = await bench.grant(id);
  const key = {
    authorizationId: randomUUID(),
    assistantId: bench.assistantId,
    profileId: bench.profileId,
    userId: String(userId),
    tenant: '',
    askedTenant: '',
    account: 'default',
  };
  const origins = [bench.provider.origin];
  const consent = {
    sealed,
    inputs: null,
    scope: 'a',
    lifetimeSeconds: null,
    issuedAt: new Date(),
    expiresAt: null,
    dueAt: null,
    refreshEnd: null,
    subject: null,
    account: null,
    origins,
    clientId: bench.provider.clientId,
  };
  expect(await settling(bench.pool, 'c', (settlement) => consentInto(settlement, key, consent))).toBe('consented');
}

describe('a refresh', () => {
  it('sends each refresh token once, however many workers are given the job', async () => {
    const pools = Array.from({ length: 16 }, () => createPool(bench.database.url, 2));
    const workers = pools.map((pool) => newWorker(bench, pool));
    const grants = await Promise.all(Array.from({ length: 12 }, () => bench.givenGrant()));
    const before = bench.provider.tokenRequests().length;
    const rounds = 4;
    for (let version = 1; version <= rounds; version += 1) {
      await Promise.all(workers.flatMap((worker) => grants.map(({ id }) => worker.refresh(id, version))));
      for (const { id } of grants)
        expect(await bench.grant(id)).toMatchObject({ version: version + 1, attempt: null, sends: 0, waits: true });
      await bench.pool.query('UPDATE "grant" SET due_at = now() WHERE id = ANY($1)', [grants.map(({ id }) => id)]);
    }
    await Promise.all(pools.map((pool) => pool.end()));
    const requests = bench.provider.tokenRequests().slice(before);
    expect(requests).toHaveLength(rounds * grants.length);
    expect(new Set(requests.map(({ refreshToken }) => refreshToken)).size).toBe(requests.length);
    for (const { id } of grants) expect(bench.provider.isRefreshTokenAlive(await bench.opened(id, 'refresh_token'))).toBe(true);
  });

  it('stores the new tokens under the grant, its expiry counted from the mark, and tells of it', async () => {
    const { id, accessToken } = await bench.givenGrant();
    await set(id, `failures = 3, last_failure = 'http_503', queued_until = now() + interval '5 s'`);
    await newWorker().refresh(id);
    const grant = await bench.grant(id);
    expect(grant).toMatchObject({
      version: 2,
      status: 'active',
      constant: false,
      failures: 0,
      last_failure: null,
      queued_until: null,
      lifetime_seconds: 3600,
    });
    expect((grant.expires_at as Date).getTime() - (grant.issued_at as Date).getTime()).toBe(3_600_000);
    const token = await bench.accessToken(id);
    expect(token).not.toBe(accessToken);
    expect(bench.provider.isAccessTokenAlive(token)).toBe(true);
    expect(await bench.events(`grant-${id}`)).toEqual(['grants.refreshed.v1']);
  });

  it('goes by the lifetime that the profile assumes where the provider tells none, and by its lead', async () => {
    const { id } = await bench.givenGrant();
    const { definition } = bench;
    await bench.revise({ advanced: { ...definition.advanced, assumedLifetimeSeconds: 1000, refreshLeadSeconds: 250 } });
    bench.provider.answerNextToken({ amend: { expires_in: undefined } });
    await newWorker().refresh(id);
    await bench.revise({ advanced: definition.advanced });
    const grant = await bench.grant(id);
    expect(grant).toMatchObject({ version: 2, lifetime_seconds: 1000 });
    const lead = (Number(grant.expires_at) - Number(grant.due_at)) / 1000;
    expect(lead).toBeGreaterThanOrEqual(250);
    expect(lead).toBeLessThanOrEqual(300);
  });

  it('keeps the old refresh token where none comes back, the old scope and the old lifetime', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    bench.provider.answerNextToken({ amend: { refresh_token: undefined, scope: undefined, expires_in: undefined } });
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject({ version: 2, constant: true, scope: 'openid a', lifetime_seconds: 3600 });
    expect(await bench.opened(id, 'refresh_token')).toBe(refreshToken);
  });

  it.each([
    ['is not due', 'due_at = NULL'],
    ['waits after a failure', `due_at = now() + interval '1 s'`],
    ['has moved on', 'version = 2'],
    ['needs a new consent', `status = 'reconnect_required', reason = 'invalid_grant'`],
    ['is being refreshed', `attempt = gen_random_uuid(), sent_at = now() - interval '29 s', sends = 1`],
  ])('is not made where the grant %s', async (_why, assignments) => {
    const { id, refreshToken } = await bench.givenGrant();
    await set(id, assignments);
    const before = await bench.grant(id);
    await newWorker().refresh(id);
    expect(sent(refreshToken)).toBe(0);
    expect(await bench.grant(id)).toEqual(before);
  });
});

describe('a refresh that is told no', () => {
  it.each<[string, ScriptedAnswer, object]>([
    ['503', 503, { last_failure: 'http_503' }],
    ['429', 429, { last_failure: 'http_429' }],
    ['invalid_client', { status: 401, body: { error: 'invalid_client' } }, { last_failure: 'configuration:invalid_client' }],
  ])('tries again later after %s, and the token goes on', async (_what, answer, expected) => {
    const { id, accessToken, refreshToken } = await bench.givenGrant();
    bench.provider.answerNextToken(answer);
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject({
      status: 'active',
      version: 1,
      attempt: null,
      sends: 0,
      failures: 1,
      waits: true,
      ...expected,
    });
    expect(await bench.accessToken(id)).toBe(accessToken);
    expect(await bench.events(`grant-${id}`)).toEqual(['grants.refresh-failed.v1']);
    await newWorker().refresh(id);
    expect(sent(refreshToken)).toBe(1);
  });

  it('asks for a new consent after invalid_grant', async () => {
    const { id } = await bench.givenGrant();
    bench.provider.answerNextToken({ status: 400, body: { error: 'invalid_grant' } });
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject({
      status: 'reconnect_required',
      reason: 'invalid_grant',
      version: 1,
      attempt: null,
    });
    expect(await bench.events(`grant-${id}`)).toEqual(['grants.reconnect-required.v1']);
  });

  it('never takes the tokens of another subject', async () => {
    const { id, accessToken } = await bench.givenGrant();
    bench.provider.idTokenClaims.sub = 'somebody-else';
    await newWorker().refresh(id);
    delete bench.provider.idTokenClaims.sub;
    expect(await bench.grant(id)).toMatchObject({
      status: 'active',
      version: 1,
      sends: 1,
      last_failure: 'subject_changed',
      waits: true,
    });
    expect(await bench.accessToken(id)).toBe(accessToken);
  });
});

describe('a refresh that was not sent', () => {
  it('leaves no mark where the provider cannot be reached', async () => {
    const { id } = await bench.givenGrant();
    await bench.provider.goDown();
    await newWorker().refresh(id);
    await bench.provider.comeUp();
    expect(await bench.grant(id)).toMatchObject({
      status: 'active',
      attempt: null,
      sends: 0,
      failures: 1,
      last_failure: 'connect',
      waits: true,
    });
  });

  it.each([
    ['nothing', 'sends = 0', { attempt: null, sent_at: null, sends: 0 }],
    [
      'an older mark',
      `attempt = '00000000-0000-4000-8000-000000000001', sent_at = '2020-01-01', sends = 1${tokenEnds}`,
      { attempt: '00000000-0000-4000-8000-000000000001', sent_at: new Date('2020-01-01'), sends: 1 },
    ],
  ])('puts back what its mark replaced: %s', async (_what, assignments, expected) => {
    const { id, refreshToken } = await bench.givenGrant();
    await set(id, assignments);
    const blocker = await bench.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT 1 FROM "grant" WHERE id = $1 FOR UPDATE', [id]);
    const flight = newWorker().refresh(id);
    await eventually(async () => expect(await waitingMarks()).toBe(1));
    await bench.provider.goDown(); // the connection that waits for the mark is cut
    await blocker.query('COMMIT');
    blocker.release();
    await flight;
    await bench.provider.comeUp();
    expect(await bench.grant(id)).toMatchObject({ ...expected, status: 'active', last_failure: 'closed', waits: true });
    expect(sent(refreshToken)).toBe(0);
  });

  it('takes back a mark that was stored without its knowing', async () => {
    const { id } = await bench.givenGrant();
    const { refreshes, settle } = newWorker();
    const read = await refreshes.read(id, 1);
    if (!read) throw new Error('the grant is not due');
    const trial = { read, attempt: randomUUID(), correlationId: 'c' };
    await refreshes.mark(trial);
    await settle.withdraw(trial);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', attempt: null, sent_at: null, sends: 0, waits: true });
  });

  it('sends nothing under a mark that was lost with its connection', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    const blocker = await bench.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT 1 FROM "grant" WHERE id = $1 FOR UPDATE', [id]);
    const flight = newWorker().refresh(id);
    const outcome = expect(flight).rejects.toThrow();
    await eventually(async () => expect(await waitingMarks()).toBe(1));
    await bench.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${isWaitingMark}`);
    await blocker.query('COMMIT');
    blocker.release();
    await outcome;
    expect(await bench.grant(id)).toMatchObject({ status: 'active', attempt: null, sends: 0 });
    expect(sent(refreshToken)).toBe(0);
  });
});

const isWaitingMark = `datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%new_attempt%'`;
async function waitingMarks(): Promise<number> {
  return (await bench.pool.query(`SELECT 1 FROM pg_stat_activity WHERE ${isWaitingMark}`)).rowCount ?? 0;
}

describe('a refresh whose outcome is unknown', () => {
  it('leaves its mark, is sent once more when the old token has ended, and then is given up', async () => {
    const { id, accessToken, refreshToken } = await bench.givenGrant();
    bench.provider.answerNextToken({ kind: 'reset-before-answer', processed: false }, 2);
    await newWorker().refresh(id);
    const grant = await bench.grant(id);
    expect(grant).toMatchObject({ status: 'active', version: 1, sends: 1, last_failure: 'reset', due_at: grant.expires_at });
    expect(await bench.accessToken(id)).toBe(accessToken);

    await ageMark(id); // a job comes while the old token lives
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', sends: 1, due_at: grant.expires_at });
    expect(sent(refreshToken)).toBe(1);

    await set(id, `due_at = now()${tokenEnds}`);
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', sends: 2 });
    expect(sent(refreshToken)).toBe(2);

    await ageMark(id);
    await newWorker().refresh(id);
    const { attempt: mark, ...after } = await bench.grant(id);
    expect(after).toMatchObject({ status: 'reconnect_required', reason: 'outcome_unknown', version: 1, sends: 2 });
    expect(mark).not.toBeNull();
    expect(sent(refreshToken)).toBe(2);
  });

  it('is sent once more by one worker only, however many find the old mark', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await set(id, `attempt = gen_random_uuid(), sent_at = now() - interval '31 s', sends = 1${tokenEnds}`);
    bench.provider.answerNextToken({ kind: 'reset-before-answer', processed: false });
    await Promise.all(Array.from({ length: 16 }, () => newWorker().refresh(id)));
    await ageMark(id);
    await Promise.all(Array.from({ length: 16 }, () => newWorker().refresh(id)));
    expect(sent(refreshToken)).toBe(1);
    expect(await bench.grant(id)).toMatchObject({ status: 'reconnect_required', reason: 'outcome_unknown' });
    expect(await bench.events(`grant-${id}`)).toEqual(['grants.refresh-failed.v1', 'grants.reconnect-required.v1']);
  });

  it('heals by the answer to the token sent once more', async () => {
    const { id } = await bench.givenGrant();
    bench.provider.answerNextToken({ kind: 'reset-before-answer', processed: false });
    await newWorker().refresh(id);
    await ageMark(id, tokenEnds);
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', version: 2, sends: 0, attempt: null });
  });

  it('heals by a late answer, also after it was given up', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await inFlight(id, refreshToken, async () => {
      await ageMark(id, `, sends = 2${tokenEnds}`);
      await newWorker().refresh(id);
      expect(await bench.grant(id)).toMatchObject({ status: 'reconnect_required', reason: 'outcome_unknown' });
    });
    expect(await bench.grant(id)).toMatchObject({ status: 'active', reason: null, version: 2, attempt: null });
    expect(await bench.events(`grant-${id}`)).toEqual(['grants.reconnect-required.v1', 'grants.refreshed.v1']);
  });

  it('is not acted on while another worker may hold the answer: not before the database has been back for 15 s', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await set(id, `attempt = gen_random_uuid(), sent_at = now() - interval '31 s', sends = 1${tokenEnds}`);
    const worker = newWorker();
    const letIn = await bench.lockOut();
    await expect(worker.refresh(id)).rejects.toThrow();
    await letIn();
    await worker.refresh(id);
    expect(sent(refreshToken)).toBe(0);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', sends: 1 });
  });

  it('is not acted on where the database was lost and came back while the provider was connected to', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await set(id, `attempt = gen_random_uuid(), sent_at = now() - interval '31 s', sends = 1${tokenEnds}`);
    const worker = flightWorker(bench, bench.pool, async () => {
      worker.flights.databaseLost();
      await worker.flights.watching(() => bench.pool.query('SELECT'));
    });
    await worker.refresh(id);
    expect(sent(refreshToken)).toBe(0);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', sends: 1 });
  });

  it('where no expiry was ever told, the old token has ended when its API refused it', async () => {
    const { id, refreshToken } = await bench.givenGrant({ expiresInSeconds: null });
    await set(id, `attempt = gen_random_uuid(), sent_at = now() - interval '31 s', sends = 1`);
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', sends: 1, due_at: null });
    await set(id, 'due_at = now(), refused_at = now()');
    await newWorker().refresh(id);
    expect(sent(refreshToken)).toBe(1);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', version: 2 });
  });
});

describe('a fault of the profile', () => {
  const fault = async () =>
    (await bench.pool.query(`SELECT fault_reason AS reason, fault_probe_at > now() AS rests FROM profile`)).rows[0];

  it('is noted, and keeps its other grants from meeting it too, until it is time to try again', async () => {
    const [one, other, third] = [await bench.givenGrant(), await bench.givenGrant(), await bench.givenGrant()];
    bench.provider.answerNextToken({ status: 401, body: { error: 'invalid_client' } }, 2);
    await newWorker().refresh(one.id);
    expect(await fault()).toEqual({ reason: 'invalid_client', rests: true });

    await newWorker().refresh(other.id);
    expect(sent(other.refreshToken)).toBe(0);
    expect(await bench.grant(other.id)).toMatchObject({
      last_failure: 'configuration:invalid_client',
      waits: true,
      attempt: null,
    });

    await bench.pool.query('UPDATE profile SET fault_probe_at = now()');
    await bench.pool.query('UPDATE "grant" SET due_at = now() WHERE id = ANY ($1)', [[other.id, third.id]]);
    await Promise.all([newWorker().refresh(other.id), newWorker().refresh(third.id)]);
    expect(sent(other.refreshToken) + sent(third.refreshToken)).toBe(1);
    expect(await fault()).toEqual({ reason: 'invalid_client', rests: true });
  });

  it('is over when a refresh goes through, and what it parked goes on', async () => {
    const [one, other] = [await bench.givenGrant(), await bench.givenGrant()];
    await bench.pool.query(
      `UPDATE profile SET fault_reason = 'invalid_client', fault_since = now(), fault_probe_at = now() + interval '1 m'`,
    );
    await newWorker().refresh(one.id);
    expect(await bench.grant(one.id)).toMatchObject({ version: 1, failures: 1 });
    await bench.pool.query('UPDATE profile SET fault_probe_at = now()');
    await newWorker().refresh(other.id);
    expect(await bench.grant(other.id)).toMatchObject({ version: 2 });
    expect(await fault()).toEqual({ reason: null, rests: null });
    const resumed = await bench.grant(one.id);
    expect(resumed).toMatchObject({ failures: 0, last_failure: null });
    expect(Number(resumed.due_at) - Date.now()).toBeLessThanOrEqual(61_000);
  });

  it('is not made of an error that may be one grant’s own', async () => {
    const { id } = await bench.givenGrant();
    bench.provider.answerNextToken({ status: 400, body: { error: 'invalid_scope' } });
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject({ last_failure: 'configuration:invalid_scope' });
    expect(await fault()).toEqual({ reason: null, rests: null });
  });
});

describe('where the provider takes a rotating refresh token twice for a while', () => {
  let grace: FlightBench;
  beforeAll(async () => {
    grace = await FlightBench.start({ mode: 'reuse-grace', graceSeconds: 60 });
    await grace.revise({ advanced: { ...grace.definition.advanced, refreshReuse: { allowedSeconds: 60 } } });
  });
  afterAll(() => grace.stop());

  it('is sent once more while the old token lives, 30 s after a lost answer', async () => {
    const { id, refreshToken } = await grace.givenGrant();
    grace.provider.answerNextToken({ kind: 'reset-before-answer', processed: true });
    await newWorker(grace).refresh(id);
    const grant = await grace.grant(id);
    expect(Number(grant.due_at) - Number(grant.sent_at)).toBe(30_000);
    await ageMark(id, '', grace);
    await newWorker(grace).refresh(id);
    expect(sent(refreshToken, grace)).toBe(2);
    expect(await grace.grant(id)).toMatchObject({ status: 'active', version: 2, attempt: null });
  });

  it('is not sent again in the last 10 s of that while, nor a third time', async () => {
    for (const [ago, sends] of [
      [51, 1],
      [35, 2],
    ]) {
      const { id, refreshToken } = await grace.givenGrant();
      await set(id, `attempt = gen_random_uuid(), sent_at = now() - interval '${ago} s', sends = ${sends}`, grace);
      await newWorker(grace).refresh(id);
      const grant = await grace.grant(id);
      expect(grant).toMatchObject({ status: 'active', sends, due_at: grant.expires_at });
      expect(sent(refreshToken, grace)).toBe(0);
    }
  });

  it('is asked again after a minute when told no by a bare status, and believes it the second time', async () => {
    const { id, refreshToken } = await grace.givenGrant();
    grace.provider.answerNextToken({ status: 401, body: 'no' }, 2);
    await newWorker(grace).refresh(id);
    const grant = await grace.grant(id);
    expect(grant).toMatchObject({ status: 'active', attempt: null, last_failure: 'unreadable_refusal', waits: true });
    expect(Number(grant.due_at) - Date.now()).toBeGreaterThan(50_000);
    await set(id, 'due_at = now()', grace);
    await newWorker(grace).refresh(id);
    expect(await grace.grant(id)).toMatchObject({ status: 'reconnect_required', reason: 'invalid_grant' });
    expect(sent(refreshToken, grace)).toBe(2);
  });

  it('believes an error that can be read at once', async () => {
    const { id } = await grace.givenGrant();
    grace.provider.answerNextToken({ status: 400, body: { error: 'invalid_grant' } });
    await newWorker(grace).refresh(id);
    expect(await grace.grant(id)).toMatchObject({ status: 'reconnect_required', reason: 'invalid_grant' });
  });
});

describe('a refresh with a constant refresh token', () => {
  let constant: FlightBench;
  beforeAll(async () => {
    constant = await FlightBench.start({ mode: 'constant' });
  });
  afterAll(() => constant.stop());

  it('is learned to be constant, and then tried again after a lost answer like after any failure', async () => {
    const { id, refreshToken } = await constant.givenGrant();
    const worker = newWorker(constant);
    await worker.refresh(id);
    expect(await constant.grant(id)).toMatchObject({ version: 2, constant: true });
    await set(id, 'due_at = now()', constant);
    constant.provider.answerNextToken('reset-before-answer');
    await worker.refresh(id, 2);
    expect(await constant.grant(id)).toMatchObject({ version: 2, attempt: null, sends: 0, failures: 1, waits: true });
    await set(id, 'due_at = now()', constant);
    await worker.refresh(id, 2);
    expect(await constant.grant(id)).toMatchObject({ version: 3, failures: 0 });
    expect(sent(refreshToken, constant)).toBe(3);
  });

  it('is sent again after a worker was lost, while the old token lives; a refusal of that counts when it has ended', async () => {
    const { id } = await constant.givenGrant();
    const lost = `constant = true, attempt = gen_random_uuid(), sent_at = now() - interval '31 s', sends = 1`;
    await set(id, lost, constant);
    const refusal = { status: 400, body: { error: 'invalid_grant' } };
    constant.provider.answerNextToken(refusal);
    await newWorker(constant).refresh(id);
    const grant = await constant.grant(id);
    expect(grant).toMatchObject({ status: 'active', sends: 2, last_failure: 'invalid_grant', due_at: grant.expires_at });

    await ageMark(id, tokenEnds, constant);
    constant.provider.answerNextToken(refusal);
    await newWorker(constant).refresh(id);
    expect(await constant.grant(id)).toMatchObject({ status: 'reconnect_required', reason: 'invalid_grant' });
  });
});

describe('an answer that comes after', () => {
  it('a sign-out goes to be revoked, sealed as the grant’s own', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await inFlight(id, refreshToken, () => signOut(id));
    expect(await bench.grant(id)).toMatchObject({ status: 'ended', hand_out: null, refresh_token: null });
    const { rows } = await bench.pool.query('SELECT * FROM revocation WHERE grant_id = $1 ORDER BY created_at', [id]);
    expect(rows).toHaveLength(2);
    const late = await bench.vault.open(
      bench.assistantId,
      { table: 'grant', row: id, field: 'refresh_token' },
      rows[1].refresh_token,
    );
    expect(late).toBe(bench.provider.newestRefreshToken(refreshToken));
    expect(rows[1]).toMatchObject({ state: 'pending', origins: [bench.provider.origin] });
    const { rows: jobs } = await bench.pool.query(
      `SELECT 1 FROM job WHERE name = 'grants.revoke-upstream' AND payload->>'revocationId' = $1`,
      [rows[1].id],
    );
    expect(jobs).toHaveLength(1);
  });

  it('a reconnect is dropped and never revoked', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await inFlight(id, refreshToken, () => reconnect(id, 'consented-anew'));
    expect(await bench.grant(id)).toMatchObject({ status: 'active', version: 2, attempt: null });
    expect(await bench.accessToken(id)).toBe('consented-anew');
    expect((await bench.pool.query('SELECT 1 FROM revocation WHERE grant_id = $1', [id])).rowCount).toBe(0);
  });

  it('an endpoint change is kept, and the grant goes on asking for a new consent', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await inFlight(
      id,
      refreshToken,
      async () => void (await set(id, `status = 'reconnect_required', reason = 'endpoints_changed'`)),
    );
    expect(await bench.grant(id)).toMatchObject({ status: 'reconnect_required', reason: 'endpoints_changed', version: 2 });
  });

  it('the profile was disabled is stored all the same', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await inFlight(id, refreshToken, async () => void (await bench.pool.query(`UPDATE profile SET status = 'disabled'`)));
    await bench.pool.query(`UPDATE profile SET status = 'active'`);
    expect(await bench.grant(id)).toMatchObject({ version: 2, attempt: null });
  });

  it('the database went away is held until it is stored', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    const worker = newWorker();
    bench.provider.latency(300);
    const flight = worker.refresh(id);
    await eventually(() => expect(sent(refreshToken)).toBe(1));
    const letIn = await bench.lockOut();
    bench.provider.latency(0);
    await eventually(() => expect(worker.told).toHaveLength(1));
    await letIn();
    await flight;
    expect(await bench.grant(id)).toMatchObject({ version: 2, attempt: null });
    expect(sent(refreshToken)).toBe(1);
  });
});

describe('a refresh that may not be made', () => {
  it.each([
    [
      'the refresh URL is no longer one the grant was consented for',
      'endpoints_changed',
      { refreshUrl: 'https://elsewhere.example.com/token' },
    ],
    ['the client is another', 'endpoints_changed', { clientId: 'another' }],
  ])('asks for a new consent where %s', async (_why, reason, change) => {
    const { id, refreshToken } = await bench.givenGrant();
    await bench.revise(change);
    await newWorker().refresh(id);
    await bench.revise(bench.definition);
    expect(await bench.grant(id)).toMatchObject({ status: 'reconnect_required', reason });
    expect(sent(refreshToken)).toBe(0);
  });

  it('is not made at a host that the profile’s list and a default have named since the grant was bound', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await set(id, `origins = ARRAY['https://good.example.com', 'https://{{host}}']`);
    const refreshUrl = 'https://{{host}}/token';
    const host = { key: 'host', value: 'evil.example.com' };
    await bench.revise({ refreshUrl, additionalFields: [host], advanced: { hostAllowList: [host.value] } });
    await newWorker().refresh(id);
    await bench.revise({ ...bench.definition, additionalFields: [] });
    expect(await bench.grant(id)).toMatchObject({ status: 'reconnect_required', reason: 'endpoints_changed' });
    expect(sent(refreshToken)).toBe(0);
  });

  it('is not made, nor marked, for a disabled profile', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    await bench.pool.query(`UPDATE profile SET status = 'disabled'`);
    await newWorker().refresh(id);
    await bench.pool.query(`UPDATE profile SET status = 'active'`);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', attempt: null, sends: 0 });
    expect(sent(refreshToken)).toBe(0);
  });

  it('waits where the client secret was cleared', async () => {
    const { id, refreshToken } = await bench.givenGrant();
    const { rows } = await bench.pool.query(
      'UPDATE profile p SET client_secret = NULL FROM profile old WHERE old.id = p.id RETURNING old.client_secret',
    );
    await newWorker().refresh(id);
    await bench.pool.query('UPDATE profile SET client_secret = $1', [rows[0].client_secret]);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', last_failure: 'configuration', failures: 1, waits: true });
    expect(sent(refreshToken)).toBe(0);
  });

  it.each([
    ['asks for a new consent when the token has ended', -1, { status: 'reconnect_required', reason: 'no_refresh_token' }],
    ['rests while the token lives', 600, { status: 'active', waits: true }],
  ])('without a refresh token %s', async (_what, expiresInSeconds, expected) => {
    const { id } = await bench.givenGrant({ withoutRefreshToken: true, expiresInSeconds });
    await newWorker().refresh(id);
    expect(await bench.grant(id)).toMatchObject(expected);
  });
});
