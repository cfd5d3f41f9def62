import { randomUUID } from 'node:crypto';
import { createPool } from '@grantkeeper/platform/database/pool';
import type { Transaction } from '@grantkeeper/platform/database/unit-of-work';
import { settling } from '@grantkeeper/platform/flights/settlement';
import { endGrantsIn } from '@grantkeeper/platform/grants/end-grants';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { FlightBench } from '@grantkeeper/tests/support/flight-bench';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { flightWorker } from '../../test-fixtures/flight-worker.js';

type Given = Awaited<ReturnType<FlightBench['givenGrant']>>;

let bench: FlightBench;
beforeAll(async () => {
  bench = await FlightBench.start({ mode: 'strict' });
  await bench.revise({ advanced: { ...bench.definition.advanced, limits: { inFlight: 1000 } } });
});
afterAll(() => bench.stop());

const givenGrants = (count: number): Promise<Given[]> => Promise.all(Array.from({ length: count }, () => bench.givenGrant()));
const sent = ({ refreshToken }: Given): number => bench.provider.tokenRequests({ refreshToken }).length;

/** A pool that counts the named statements it is asked for, transactions included. */
function countingPool(): { pool: pg.Pool; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const pool = createPool(bench.database.url, 10);
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((...given: unknown[]) => {
      const name = (given[0] as { name?: string }).name ?? String(given[0]);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return query(...given);
    }) as typeof client.query;
  });
  return { pool, counts };
}

/** Refreshes that are marked, so that only their settles are left. */
async function marked(worker: ReturnType<typeof flightWorker>, grants: readonly Given[]) {
  return Promise.all(
    grants.map(async ({ id }) => {
      const read = await worker.refreshes.read(id, 1);
      const flight = read && (await worker.refreshes.mark({ read, attempt: randomUUID(), correlationId: `c-${id}` }));
      if (!flight) throw new Error('the grant could not be marked');
      return flight;
    }),
  );
}

const tokensOf = (id: string, scope = 'openid a') =>
  ({
    kind: 'tokens',
    tokens: {
      accessToken: `access-${id}`,
      tokenType: 'Bearer',
      refreshToken: `refresh-${id}`,
      expiresInSeconds: 600,
      refreshExpiresInSeconds: null,
      scope,
      idToken: null,
      values: {},
    },
  }) as const;

describe('refreshes that run at once', () => {
  it('share their statements, and each keeps the tokens that its own grant was given', async () => {
    const grants = await givenGrants(60);
    const { pool, counts } = countingPool();
    const { refresh } = flightWorker(bench, pool);
    await Promise.all(grants.map(({ id }) => refresh(id)));
    await pool.end();
    for (const grant of grants) {
      expect(await bench.grant(grant.id)).toMatchObject({
        version: 2,
        attempt: null,
        sent_at: null,
        sends: 0,
        last_failure: null,
      });
      expect(bench.provider.families.ownerOf(await bench.accessToken(grant.id))?.subject).toBe(`user-${grant.id}`);
      expect(sent(grant)).toBe(1);
      expect(await bench.events(`grant-${grant.id}`)).toEqual(['grants.refreshed.v1']);
    }
    for (const name of ['refresh-read', 'refresh-mark', 'refresh-keep', 'append-events', 'notify-settled', 'COMMIT'])
      expect([name, (counts.get(name) ?? 0) <= 30]).toEqual([name, true]);
  });

  it('of one grant send its refresh token once', async () => {
    const grants = await givenGrants(10);
    const { refresh } = flightWorker(bench);
    await Promise.all([...grants, ...grants, ...grants].map(({ id }) => refresh(id)));
    expect(grants.map(sent)).toEqual(grants.map(() => 1));
    expect(await bench.grant(grants[0]?.id ?? '')).toMatchObject({ version: 2, failures: 0 });
  });

  it('do not wait for one whose row is locked; it goes on when it is free', async () => {
    const [locked, ...others] = (await givenGrants(6)) as [Given, ...Given[]];
    const blocker = await bench.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT 1 FROM "grant" WHERE id = $1 FOR UPDATE', [locked.id]);
    const { refresh } = flightWorker(bench);
    const held = refresh(locked.id);
    await Promise.all(others.map(({ id }) => refresh(id)));
    expect([sent(locked), ...others.map(sent)]).toEqual([0, 1, 1, 1, 1, 1]);
    await blocker.query('COMMIT');
    blocker.release();
    await held;
    expect(await bench.grant(locked.id)).toMatchObject({ version: 2 });
  });

  it('are told apart by the correlation id of what asked for each', async () => {
    const grants = await givenGrants(3);
    const worker = flightWorker(bench);
    const flights = await marked(worker, grants);
    await Promise.all(flights.map((flight) => worker.settle.untilStored(flight, tokensOf(flight.read.grantId), 'sent before')));
    const { rows } = await bench.pool.query('SELECT stream, correlation_id FROM event WHERE stream = ANY($1)', [
      grants.map(({ id }) => `grant-${id}`),
    ]);
    expect(new Map(rows.map((row) => [row.stream, row.correlation_id]))).toEqual(
      new Map(grants.map(({ id }) => [`grant-${id}`, `c-${id}`])),
    );
  });

  it('settle although PostgreSQL refuses one of the answers, which alone is left unknown', async () => {
    const grants = await givenGrants(5);
    const worker = flightWorker(bench);
    const flights = await marked(worker, grants);
    const ends = await Promise.allSettled(
      flights.map((flight, index) =>
        worker.settle.untilStored(flight, tokensOf(flight.read.grantId, index === 2 ? 'no\u0000text' : 'a'), 'sent before'),
      ),
    );
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    const versions = await Promise.all(grants.map(async ({ id }) => (await bench.grant(id)).version));
    expect(versions).toEqual([2, 2, 1, 2, 2]);
    expect(await bench.grant(grants[2]?.id ?? '')).toMatchObject({ attempt: flights[2]?.attempt, sends: 1 });
  });

  it('settle although one of the grants has ended, whose tokens are revoked, and another has moved on', async () => {
    const [kept, ended, moved] = (await givenGrants(3)) as [Given, Given, Given];
    const worker = flightWorker(bench);
    const flights = await marked(worker, [kept, ended, moved]);
    const end = async (on: unknown) => void (await endGrantsIn(on as Transaction, [ended.id], 'signed_out'));
    await settling(bench.pool, 'c', end);
    await bench.pool.query('UPDATE "grant" SET version = 7 WHERE id = $1', [moved.id]);
    await Promise.all(flights.map((flight) => worker.settle.untilStored(flight, tokensOf(flight.read.grantId), 'sent before')));
    expect(await bench.accessToken(kept.id)).toBe(`access-${kept.id}`);
    expect(await bench.grant(ended.id)).toMatchObject({ status: 'ended', hand_out: null });
    expect(await bench.grant(moved.id)).toMatchObject({ version: 7 });
    expect(await bench.accessToken(moved.id)).toBe(moved.accessToken);
    const { rows } = await bench.pool.query('SELECT grant_id FROM revocation WHERE id = ANY($1)', [
      flights.map(({ attempt }) => attempt),
    ]);
    expect(rows).toEqual([{ grant_id: ended.id }]);
  });

  it('wait for a settle of the same grant that another has begun, and leave it as it is', async () => {
    const [grant] = (await givenGrants(1)) as [Given];
    const [one, other] = [flightWorker(bench), flightWorker(bench)];
    const [flight] = await marked(one, [grant]);
    if (!flight) throw new Error('not marked');
    await Promise.all([
      one.settle.untilStored(flight, tokensOf(grant.id), 'sent before'),
      one.settle.untilStored(flight, tokensOf(grant.id), 'sent before'),
      other.settle.untilStored(flight, tokensOf(grant.id), 'sent before'),
    ]);
    await eventually(async () => expect(await bench.grant(grant.id)).toMatchObject({ version: 2 }));
    expect(await bench.events(`grant-${grant.id}`)).toEqual(['grants.refreshed.v1']);
  });
});
