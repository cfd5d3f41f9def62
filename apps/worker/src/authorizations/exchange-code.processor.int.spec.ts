import { randomUUID } from 'node:crypto';
import { ExchangeFlights } from '@grantkeeper/platform/authorizations/exchange-flights';
import { PrepareExchange } from '@grantkeeper/platform/authorizations/prepare-exchange';
import { SettleExchange } from '@grantkeeper/platform/authorizations/settle-exchange';
import { createPool } from '@grantkeeper/platform/database/pool';
import { Flights } from '@grantkeeper/platform/flights/flights';
import { settling } from '@grantkeeper/platform/flights/settlement';
import { RevocationTokens } from '@grantkeeper/platform/grants/revocation-tokens';
import { HttpTokenEndpoint } from '@grantkeeper/platform/grants/token-endpoint';
import { revokeUnwanted } from '@grantkeeper/platform/grants/unwanted-consent';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { FlightBench } from '@grantkeeper/tests/support/flight-bench';
import type { ScriptedAnswer } from '@grantkeeper/tests/support/scripted-provider/scripted-answer';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { loneGates } from '../../test-fixtures/lone-gates.js';
import { flightParts } from '../runtime/flight-parts.js';
import { ExchangeCodeProcessor } from './exchange-code.processor.js';

let bench: FlightBench;
beforeAll(async () => {
  bench = await FlightBench.start({ mode: 'strict' });
});
afterAll(() => bench.stop());

const attempt = {
  correlationId: 'c',
  signal: new AbortController().signal,
  context: { kind: 'test', correlationId: 'c', ids: {} },
};

/** A worker of its own, but for its process. */
function newWorker(pool: pg.Pool = bench.pool) {
  const told: Error[] = [];
  const gates = loneGates();
  const parts = flightParts(pool, bench.vault, bench.client, new Flights((error) => told.push(error)), gates);
  const part = <T>(type: abstract new (...given: never[]) => T): T =>
    (parts as { provide: unknown; useValue: unknown }[]).find(({ provide }) => provide === type)?.useValue as T;
  const settle = part(SettleExchange);
  const exchanges = part(ExchangeFlights);
  const processor = new ExchangeCodeProcessor(
    exchanges,
    part(PrepareExchange),
    part(HttpTokenEndpoint),
    settle,
    part(Flights),
    gates,
  );
  const exchange = (authorizationId: string) => processor.process({ authorizationId }, attempt);
  return { exchange, exchanges, settle, told };
}

const sent = (code: string) => bench.provider.tokenRequests({ code }).length;
const set = (id: string, assignments: string) =>
  bench.pool.query(`UPDATE "authorization" SET ${assignments} WHERE id = $1`, [id]);
const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
const forgotten = { code: null, code_verifier: null, attempt: null, sent_at: null };

async function grantsOf(user: string): Promise<Record<string, unknown>[]> {
  return (await bench.pool.query('SELECT * FROM "grant" WHERE user_id = $1 ORDER BY issued_at', [user])).rows;
}

/** Starts an exchange whose answer takes a while, and waits until the provider has the request. */
async function inFlight(id: string, code: string, work: () => Promise<unknown>): Promise<void> {
  bench.provider.latency(400);
  const flight = newWorker().exchange(id);
  await eventually(() => expect(sent(code)).toBe(1));
  bench.provider.latency(0);
  await work();
  await flight;
}

describe('an exchange', () => {
  it('sends each code once, however many workers are given the job', async () => {
    const pools = Array.from({ length: 16 }, () => createPool(bench.database.url, 2));
    const codes = await Promise.all(Array.from({ length: 12 }, () => bench.givenCode()));
    const before = bench.provider.tokenRequests().length;
    await Promise.all(pools.flatMap((pool) => codes.map(({ id }) => newWorker(pool).exchange(id))));
    await Promise.all(pools.map((pool) => pool.end()));
    expect(bench.provider.tokenRequests().length - before).toBe(codes.length);
    for (const { id, code, user } of codes) {
      expect(await bench.authorization(id)).toMatchObject({ state: 'consented', ...forgotten });
      expect(await grantsOf(user)).toHaveLength(1);
      expect(bench.provider.isRefreshTokenAlive(bench.provider.newestRefreshToken(code) ?? '')).toBe(true);
    }
  });

  it('makes a grant whose tokens open under it, with its subject, scope, origins and expiry', async () => {
    const { id, user } = await bench.givenCode();
    await newWorker().exchange(id);
    const { grant_id, account_label } = await bench.authorization(id);
    const [grant] = await grantsOf(user);
    const { origin, clientId } = bench.provider;
    expect(grant).toMatchObject({
      id: grant_id,
      status: 'active',
      version: 1,
      scope: 'openid a',
      lifetime_seconds: 3600,
      authorization_id: id,
    });
    expect(grant).toMatchObject({
      subject: `${origin}|${user}`,
      origins: [origin],
      client_id: clientId,
      attempt: null,
    });
    const lead = (Number(grant?.expires_at) - Number(grant?.due_at)) / 1000;
    expect(lead).toBeGreaterThanOrEqual(600); // of an hour's life
    expect(lead).toBeLessThanOrEqual(720);
    expect(account_label).toBe(`${user}@example.com`);
    expect(bench.provider.isAccessTokenAlive(await bench.accessToken(String(grant_id)))).toBe(true);
    expect(bench.provider.isRefreshTokenAlive(await bench.opened(String(grant_id), 'refresh_token'))).toBe(true);
    expect(await bench.events(`grant-${grant_id}`)).toEqual(['grants.consented.v1']);
    expect(await bench.events(`authorization-${id}`)).toEqual(['authorizations.consented.v1']);
  });

  it('takes the scope that was asked for where the provider says none', async () => {
    const { id, user } = await bench.givenCode();
    bench.provider.answerNextToken({
      amend: { scope: undefined, expires_in: undefined, refresh_token: undefined, refresh_token_expires_in: 3600 },
    });
    await newWorker().exchange(id);
    expect(await grantsOf(user)).toMatchObject([
      { scope: 'openid a', lifetime_seconds: null, expires_at: null, refresh_token: null, refresh_ends_at: null },
    ]);
  });

  it('goes by the lifetime that the profile assumes where the provider tells none, and by its lead', async () => {
    const { definition } = bench;
    await bench.revise({ advanced: { ...definition.advanced, assumedLifetimeSeconds: 1000, refreshLeadSeconds: 250 } });
    const { id, user } = await bench.givenCode();
    bench.provider.answerNextToken({ amend: { expires_in: undefined } });
    await newWorker().exchange(id);
    await bench.revise({ advanced: definition.advanced });
    const [grant] = await grantsOf(user);
    expect(grant).toMatchObject({ lifetime_seconds: 1000 });
    expect(Number(grant?.expires_at) - Number(grant?.issued_at)).toBe(1_000_000);
    const lead = (Number(grant?.expires_at) - Number(grant?.due_at)) / 1000;
    expect(lead).toBeGreaterThanOrEqual(250);
    expect(lead).toBeLessThanOrEqual(300);
  });

  it('keeps when the refresh token ends, as the provider tells or the profile assumes', async () => {
    const { definition } = bench;
    await bench.revise({ advanced: { ...definition.advanced, refreshTokenLifetimeSeconds: { idle: 1000 } } });
    const [told, assumed] = [await bench.givenCode(), await bench.givenCode()];
    bench.provider.answerNextToken({ amend: { refresh_token_expires_in: 500 } });
    for (const { id } of [told, assumed]) await newWorker().exchange(id);
    await bench.revise({ advanced: definition.advanced });
    for (const [{ user }, seconds, isTold] of [
      [told, 500, true],
      [assumed, 1000, false],
    ] as const) {
      const [grant] = await grantsOf(user);
      expect(Number(grant?.refresh_ends_at) - Number(grant?.issued_at)).toBe(seconds * 1000);
      expect(Number(grant?.due_at) - Number(grant?.issued_at)).toBeLessThanOrEqual(seconds * 800); // the access token lives for an hour
      expect(grant?.refresh_end_told).toBe(isTold);
    }
  });

  it('is told once over, however long the database is away: the answer is held until it is stored', async () => {
    const { id, code } = await bench.givenCode();
    const worker = newWorker();
    bench.provider.latency(300);
    const flight = worker.exchange(id);
    await eventually(() => expect(sent(code)).toBe(1));
    const letIn = await bench.lockOut();
    bench.provider.latency(0);
    await eventually(() => expect(worker.told).toHaveLength(1));
    await letIn();
    await flight;
    expect(await bench.authorization(id)).toMatchObject({ state: 'consented' });
  });
});

describe('an exchange whose user has yet to be confirmed', () => {
  it('is held behind eight characters that only the page can show', async () => {
    const { id, user } = await bench.givenCode({ identityCheck: 'code' });
    await newWorker().exchange(id);
    const authorization = await bench.authorization(id);
    const [grant] = await grantsOf(user);
    expect(authorization).toMatchObject({
      state: 'confirming',
      held_grant_id: grant?.id,
      grant_id: null,
      tries: 0,
      ...forgotten,
    });
    expect(grant).toMatchObject({ status: 'held', version: 1 });
    const place = { table: 'authorization', row: id, field: 'confirmation_code' };
    const shown = await bench.vault.open(bench.assistantId, place, authorization.confirmation_code as Buffer);
    expect(shown).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    const minutes = (Number(authorization.confirm_expires_at) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(4.5);
    expect(minutes).toBeLessThanOrEqual(5.1);
    expect(await bench.events(`grant-${grant?.id}`)).toEqual(['grants.held.v1']);
  });

  it('is held for a second Continue where the account is known', async () => {
    const { id, user } = await bench.givenCode({ identityCheck: 'confirm' });
    await newWorker().exchange(id);
    expect(await bench.authorization(id)).toMatchObject({
      state: 'confirming',
      account_label: `${user}@example.com`,
      confirmation_code: null,
    });
    expect(await grantsOf(user)).toMatchObject([{ status: 'held' }]);
  });

  it('is a consent at once where the account is to be confirmed but not known', async () => {
    const { id, user } = await bench.givenCode({ identityCheck: 'confirm', scope: 'a' });
    await newWorker().exchange(id);
    expect(await bench.authorization(id)).toMatchObject({ state: 'consented' });
    expect(await grantsOf(user)).toMatchObject([{ status: 'active', subject: null }]);
  });

  it('replaces nothing while it is held', async () => {
    const user = 'held-beside';
    const living = await bench.givenGrant({ user });
    const before = await bench.grant(living.id);
    const { id } = await bench.givenCode({ user, identityCheck: 'code' });
    await newWorker().exchange(id);
    expect(await bench.grant(living.id)).toEqual(before);
  });
});

describe('an exchange that is told no', () => {
  it.each<[string, ScriptedAnswer, string]>([
    ['invalid_grant', { status: 400, body: { error: 'invalid_grant' } }, 'code_refused'],
    ['invalid_client', { status: 401, body: { error: 'invalid_client' } }, 'client_refused'],
    ['invalid_scope', { status: 400, body: { error: 'invalid_scope' } }, 'provider_refused'],
    ['503', 503, 'provider_error'],
    ['a redirect', 'redirect-302', 'provider_error'],
    ['an error that calls itself a success', 'error-200', 'code_refused'],
    ['tokens that are no bearer tokens', { amend: { token_type: 'mac' } }, 'unreadable_answer'],
  ])('has failed after %s: the code is forgotten and never sent again', async (_what, answer, reason) => {
    const { id, code, user } = await bench.givenCode();
    bench.provider.answerNextToken(answer);
    await newWorker().exchange(id);
    await newWorker().exchange(id);
    expect(await bench.authorization(id)).toMatchObject({ state: 'failed', reason, ...forgotten });
    expect(await bench.events(`authorization-${id}`)).toEqual(['authorizations.failed.v1']);
    expect([sent(code), await grantsOf(user)]).toEqual([1, []]);
  });

  it('whose client was refused is a fault of the profile, until a code is exchanged; not where the word may be one consent’s', async () => {
    const fault = async () => (await bench.pool.query('SELECT fault_reason FROM profile')).rows[0].fault_reason;
    const exchange = async (answer?: ScriptedAnswer, pinned = {}): Promise<void> => {
      const { id } = await bench.givenCode({ pinned });
      if (answer) bench.provider.answerNextToken(answer);
      await newWorker().exchange(id);
    };
    const refused = { status: 401, body: { error: 'invalid_client' } };
    await exchange();
    await exchange({ status: 400, body: { error: 'unauthorized_client' } });
    await exchange(refused, { tokenUrl: `${bench.provider.tokenUrl}?of={{user.id}}` });
    await bench.pool.query(`UPDATE profile SET next_client_secret = '\\x00'`);
    await exchange(refused);
    await bench.pool.query('UPDATE profile SET next_client_secret = NULL');
    expect(await fault()).toBeNull();
    await exchange(refused);
    expect(await fault()).toBe('invalid_client');
    await exchange();
    expect(await fault()).toBeNull();
  });

  it('has failed where the ID token is another issuer’s', async () => {
    const { id, user } = await bench.givenCode({ pinned: { issuer: 'https://issuer.example.com' } });
    await newWorker().exchange(id);
    expect(await bench.authorization(id)).toMatchObject({ state: 'failed', reason: 'issuer_mismatch' });
    expect(await grantsOf(user)).toEqual([]);
  });
});

describe('an exchange that was not sent', () => {
  it('waits a while for the provider to come back, and has failed a minute after the callback', async () => {
    const { id } = await bench.givenCode();
    await bench.provider.goDown();
    for (const failures of [1, 2, 3]) {
      await newWorker().exchange(id);
      expect(await bench.authorization(id)).toMatchObject({ state: 'code_received', attempt: null, send_failures: failures });
    }
    await set(id, `code_received_at = now() - interval '61 s'`);
    await newWorker().exchange(id);
    await bench.provider.comeUp();
    expect(await bench.authorization(id)).toMatchObject({ state: 'failed', reason: 'provider_unreachable', ...forgotten });
  });

  it('may be sent later, also after its mark', async () => {
    const { id, code } = await bench.givenCode();
    const blocker = await bench.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT 1 FROM "authorization" WHERE id = $1 FOR UPDATE', [id]);
    const flight = newWorker().exchange(id);
    await eventually(async () => expect((await bench.pool.query(waiting)).rowCount).toBe(1));
    await bench.provider.goDown(); // the connection that waits for the mark is cut
    await blocker.query('COMMIT');
    blocker.release();
    await flight;
    await bench.provider.comeUp();
    expect(await bench.authorization(id)).toMatchObject({
      state: 'code_received',
      attempt: null,
      sent_at: null,
      send_failures: 1,
    });
    await newWorker().exchange(id);
    expect(await bench.authorization(id)).toMatchObject({ state: 'consented' });
    expect(sent(code)).toBe(1);
  });

  it('takes back a mark that was stored without its knowing', async () => {
    const { id } = await bench.givenCode();
    const { exchanges, settle } = newWorker();
    const read = await exchanges.read(id);
    if (!read) throw new Error('no code waits');
    const trial = { read, attempt: randomUUID(), correlationId: 'c' };
    await exchanges.mark(trial);
    await settle.withdraw(trial);
    expect(await bench.authorization(id)).toMatchObject({ state: 'code_received', attempt: null, sent_at: null });
  });

  it.each([
    ['the client is another', 'endpoints_changed', `definition = definition || '{"clientId": "another"}'`],
    [
      'the token endpoint has another origin',
      'endpoints_changed',
      `definition = definition || '{"tokenUrl": "https://elsewhere.example.com/token"}'`,
    ],
    ['the client secret was cleared', 'endpoints_changed', 'client_secret = NULL'],
    ['the profile was disabled', 'profile_unavailable', `status = 'disabled'`],
    ['the profile is being deleted', 'profile_unavailable', `status = 'deleting'`],
    ['a sealed value does not open', 'profile_unavailable', `client_secret = client_secret || '\\x00'`],
  ])('has failed where %s', async (_why, reason, change) => {
    const { id, code } = await bench.givenCode();
    const { rows } = await bench.pool.query('SELECT client_secret FROM profile');
    await bench.pool.query(`UPDATE profile SET ${change}`);
    await newWorker().exchange(id);
    await bench.pool.query(`UPDATE profile SET client_secret = $1, status = 'active', definition = $2`, [
      rows[0].client_secret,
      JSON.stringify(bench.definition),
    ]);
    expect(await bench.authorization(id)).toMatchObject({ state: 'failed', reason, ...forgotten });
    expect(sent(code)).toBe(0);
  });

  it('has failed where a revision lets the pinned URL lead to a host that was not pinned, though the profile’s own still does', async () => {
    const tokenUrl = 'https://{{host}}/token';
    const { id, code } = await bench.givenCode({ pinned: { tokenUrl, origins: [bench.provider.origin, 'https://{{host}}'] } });
    const field = { fieldType: 'path' as const, key: 'host', value: 'evil.example.com' };
    await bench.revise({ authorizationFields: [field], advanced: { hostAllowList: [field.value] } });
    await newWorker().exchange(id);
    await bench.revise({ ...bench.definition, authorizationFields: [] });
    expect(await bench.authorization(id)).toMatchObject({ state: 'failed', reason: 'endpoints_changed', ...forgotten });
    expect(sent(code)).toBe(0);
  });
});

describe('an exchange whose outcome is unknown', () => {
  it.each<ScriptedAnswer>(['reset-before-answer', 'half-answer', 'html-200', 'huge'])(
    'keeps its mark after %s, and is never sent again',
    async (answer) => {
      const { id, code } = await bench.givenCode();
      bench.provider.answerNextToken(answer);
      await newWorker().exchange(id);
      const after = await bench.authorization(id);
      expect(after).toMatchObject({ state: 'exchanging' });
      expect(after.attempt).not.toBeNull();
      await set(id, `sent_at = sent_at - interval '31 s'`);
      await newWorker().exchange(id);
      expect(sent(code)).toBe(1);
    },
  );

  it.each([
    ['return', 'consented'],
    ['code', 'confirming'],
  ] as const)('heals by a late answer (%s)', async (identityCheck, state) => {
    const { id, code, user } = await bench.givenCode({ identityCheck });
    await inFlight(id, code, () => set(id, `state = 'outcome_unknown', code = NULL, ended_at = now()`));
    expect(await bench.authorization(id)).toMatchObject({ state, ...forgotten });
    expect(await grantsOf(user)).toHaveLength(1);
  });

  it('does not come back beside a newer authorization of the same key', async () => {
    const { id, code, user } = await bench.givenCode({ identityCheck: 'code' });
    await inFlight(id, code, async () => {
      await set(id, `state = 'outcome_unknown', code = NULL, ended_at = now()`);
      await bench.givenCode({ user });
    });
    expect(await bench.authorization(id)).toMatchObject({ state: 'outcome_unknown' });
    expect(await grantsOf(user)).toEqual([]);
  });

  const abandoned = `state = 'abandoned', attempt = NULL, code = NULL, ended_at = now()`;
  const revocationsOf = async (authorizationId: string) =>
    (
      await bench.pool.query<{ id: string; grant_id: string; refresh_token: Buffer; origins: string[] }>(
        `SELECT r.id, r.grant_id, r.refresh_token, r.origins FROM event e JOIN revocation r ON r.id = (e.payload->>'revocationId')::uuid
         WHERE e.stream = $1 AND e.type = 'authorizations.answered-late.v1' AND r.state = 'pending'`,
        [`authorization-${authorizationId}`],
      )
    ).rows;

  it.each([
    ['was abandoned', abandoned],
    ['had an unknown outcome that a sign-out closed', `state = 'outcome_unknown', attempt = NULL, code = NULL, ended_at = now()`],
  ])('stays over where the authorization %s: its tokens are revoked', async (_what, assignments) => {
    const { id, code, user } = await bench.givenCode();
    await inFlight(id, code, () => set(id, assignments));
    expect((await bench.authorization(id)).attempt).toBeNull();
    expect(await grantsOf(user)).toEqual([]);
    const [revocation, ...more] = await revocationsOf(id);
    expect(more).toEqual([]);
    expect(revocation?.origins).toEqual([bench.provider.origin]);
    const place = { table: 'grant', row: revocation?.grant_id ?? '', field: 'refresh_token' };
    const opened = await bench.vault.open(bench.assistantId, place, revocation?.refresh_token as Buffer);
    expect(opened).toBe(bench.provider.issuedRefreshTokens.at(-1));
    const { rowCount } = await bench.pool.query(
      `SELECT FROM job WHERE name = 'grants.revoke-upstream' AND payload->>'revocationId' = $1`,
      [revocation?.id],
    );
    expect(rowCount).toBe(1);
  });

  it('revokes late tokens also where the URL for it has placeholders', async () => {
    const plain = bench.definition.advanced;
    await bench.revise({ advanced: { ...plain, revocationUrl: `${plain.revocationUrl}?of={{context.team}}&by={{user.id}}` } });
    const { id, code, user } = await bench.givenCode();
    const place = { table: 'authorization', row: id, field: 'inputs' };
    const inputs = await bench.vault.seal(
      bench.assistantId,
      place,
      JSON.stringify({ given: {}, typed: {}, context: { team: 'red' } }),
    );
    await bench.pool.query('UPDATE "authorization" SET inputs = $2 WHERE id = $1', [id, inputs]);
    await inFlight(id, code, () => set(id, abandoned));
    const [revocation] = await revocationsOf(id);
    const prepared = await new RevocationTokens(bench.pool, bench.vault).prepare(revocation?.id ?? '');
    await bench.revise({ advanced: plain });
    expect(prepared).toMatchObject({ url: `${plain.revocationUrl}?of=red&by=${user}`, requests: [{}, {}] });
  });

  it.each<[string, (user: string) => Promise<unknown>]>([
    ['another grant lives at the provider', (user) => bench.givenGrant({ user })],
    ['a newer consent is under way', (user) => bench.givenCode({ user })],
  ])('revokes nothing where %s: some providers end the whole consent', async (what, meanwhile) => {
    const { id, code, user } = await bench.givenCode({ user: `late while ${what}` });
    await inFlight(id, code, async () => {
      await set(id, abandoned);
      await meanwhile(user);
    });
    expect((await bench.authorization(id)).state).toBe('abandoned');
    expect(await revocationsOf(id)).toEqual([]);
  });

  it('revokes nothing that has become a grant, however often its answer is stored', async () => {
    const { id, code, user } = await bench.givenCode({ identityCheck: 'code' });
    await newWorker().exchange(id);
    await set(id, `state = 'abandoned', attempt = NULL, held_grant_id = NULL, ended_at = now()`);
    await bench.pool.query(`UPDATE "grant" SET status = 'ended', hand_out = NULL, refresh_token = NULL WHERE user_id = $1`, [
      user,
    ]);
    const [grant] = await grantsOf(user);
    const unwanted = { attempt: randomUUID(), authorizationId: id, assistantId: bench.assistantId, profileId: bench.profileId };
    const sealed = { grantId: grant?.id as string, handOut: Buffer.from(code), refreshToken: null };
    const { clientId, origin } = bench.provider;
    await settling(bench.pool, 'c', (settlement) =>
      revokeUnwanted(settlement, { ...unwanted, consent: { sealed, inputs: null, clientId, origins: [origin] } }),
    );
    expect(await revocationsOf(id)).toEqual([]);
  });
});

describe('a consent where there is a grant already', () => {
  it('moves into it: same id, version + 1, all that went wrong before forgotten', async () => {
    const user = 'reconnects';
    const { id: grantId } = await bench.givenGrant({ user });
    await bench.pool.query(
      `UPDATE "grant" SET status = 'reconnect_required', reason = 'outcome_unknown', attempt = gen_random_uuid(), sent_at = now(), sends = 2, constant = true,
         failures = 4, last_failure = 'reset', refused_at = now() WHERE id = $1`,
      [grantId],
    );
    const { id } = await bench.givenCode({ user });
    await newWorker().exchange(id);
    expect(await bench.authorization(id)).toMatchObject({ state: 'consented', grant_id: grantId });
    const clean = {
      attempt: null,
      sent_at: null,
      sends: 0,
      constant: false,
      failures: 0,
      last_failure: null,
      refused_at: null,
      waits: true,
    };
    expect(await bench.grant(grantId)).toMatchObject({
      status: 'active',
      reason: null,
      version: 2,
      authorization_id: id,
      ...clean,
    });
    expect(bench.provider.isAccessTokenAlive(await bench.accessToken(grantId))).toBe(true);
    expect(bench.provider.isRefreshTokenAlive(await bench.opened(grantId, 'refresh_token'))).toBe(true);
    expect(await bench.events(`grant-${grantId}`)).toEqual(['grants.reconnected.v1']);
  });

  it('is refused for another subject; the working grant is kept and nothing is revoked', async () => {
    const user = 'other-subject';
    const { id: grantId } = await bench.givenGrant({ user });
    await bench.pool.query(`UPDATE "grant" SET subject = 'the-first' WHERE id = $1`, [grantId]);
    const before = await bench.grant(grantId);
    const { id } = await bench.givenCode({ user });
    await newWorker().exchange(id);
    expect(await bench.authorization(id)).toMatchObject({ state: 'failed', reason: 'other_account', ...forgotten });
    expect(await bench.grant(grantId)).toEqual(before);
    expect((await bench.pool.query('SELECT 1 FROM revocation WHERE grant_id = $1', [grantId])).rowCount).toBe(0);
  });

  const lacking = { amend: { refresh_token: undefined } };
  it.each([
    ['keeps the old refresh token of a working grant', 'version = 1', true],
    ['drops it where the grant had stopped working', `status = 'reconnect_required', reason = 'invalid_grant'`, false],
    [
      'drops it where nobody knows what became of it',
      `attempt = gen_random_uuid(), sent_at = now() - interval '31 s', sends = 1`,
      false,
    ],
    ['drops it where it was bound to other origins', `origins = '{https://elsewhere.example.com}'`, false],
    ['drops it where it was another client’s', `client_id = 'another'`, false],
  ])('without a new refresh token %s', async (what, assignments, keeps) => {
    const user = `keeps ${what}`;
    const { id: grantId } = await bench.givenGrant({ user });
    await bench.pool.query(`UPDATE "grant" SET ${assignments} WHERE id = $1`, [grantId]);
    const { refresh_token: old } = await bench.grant(grantId);
    const { id } = await bench.givenCode({ user });
    bench.provider.answerNextToken(lacking);
    await newWorker().exchange(id);
    expect(await bench.grant(grantId)).toMatchObject({ version: 2, status: 'active', refresh_token: keeps ? old : null });
  });

  it('without a new refresh token waits for the flight that has the old one', async () => {
    const user = 'waits-for-flight';
    const { id: grantId } = await bench.givenGrant({ user });
    await bench.pool.query(`UPDATE "grant" SET attempt = gen_random_uuid(), sent_at = now(), sends = 1 WHERE id = $1`, [grantId]);
    const { refresh_token: old } = await bench.grant(grantId);
    const { id, code } = await bench.givenCode({ user });
    bench.provider.answerNextToken(lacking);
    const flight = newWorker().exchange(id);
    await eventually(() => expect(bench.provider.tokenRequests({ code })[0]?.answered).toEqual({ status: 200 }));
    expect(await bench.authorization(id)).toMatchObject({ state: 'exchanging' });
    await bench.pool.query(`UPDATE "grant" SET attempt = NULL, sent_at = NULL, sends = 0, version = 2 WHERE id = $1`, [grantId]);
    await flight;
    expect(await bench.grant(grantId)).toMatchObject({ version: 3, status: 'active', refresh_token: old });
    expect(sent(code)).toBe(1);
  });

  it.each([
    ['between its read and its locks', false],
    ['while it is being stored', true],
  ])('is sealed anew for a grant of the same key that appears %s', async (when, early) => {
    const user = `appears ${when}`;
    const { id: grantId } = await bench.givenGrant();
    const { id, code } = await bench.givenCode({ user });
    const blocker = await bench.pool.connect();
    const appear = () => blocker.query('UPDATE "grant" SET user_id = $2, subject = NULL WHERE id = $1', [grantId, user]);
    await blocker.query('BEGIN');
    if (early) await appear(); // seen by nobody before the commit, but by the unique index
    await inFlight(id, code, async () => {
      if (!early) await blocker.query('SELECT 1 FROM "authorization" WHERE id = $1 FOR UPDATE', [id]);
      await eventually(async () => expect((await bench.pool.query(waiting)).rowCount).toBe(1));
      if (!early) await appear();
      await blocker.query('COMMIT');
      blocker.release();
    });
    expect(await grantsOf(user)).toMatchObject([{ id: grantId, version: 2 }]);
    expect(bench.provider.isAccessTokenAlive(await bench.accessToken(grantId))).toBe(true);
    expect(await bench.authorization(id)).toMatchObject({ state: 'consented', grant_id: grantId });
  });

  it('is one grant also where two late consents of one key settle at once', async () => {
    const user = 'two-at-once';
    const first = await bench.givenCode({ user });
    bench.provider.latency(300);
    const flights = [newWorker().exchange(first.id)];
    await eventually(() => expect(sent(first.code)).toBe(1));
    await set(first.id, `state = 'outcome_unknown'`);
    const second = await bench.givenCode({ user });
    flights.push(newWorker().exchange(second.id));
    await Promise.all(flights);
    bench.provider.latency(0);
    const grants = await grantsOf(user);
    expect(grants).toMatchObject([{ status: 'active', version: 2 }]);
    expect(await bench.authorization(second.id)).toMatchObject({ state: 'consented', grant_id: grants[0]?.id });
  });
});
