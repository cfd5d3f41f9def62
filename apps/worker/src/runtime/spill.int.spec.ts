import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExchangeFlights } from '@grantkeeper/platform/authorizations/exchange-flights';
import { PrepareExchange } from '@grantkeeper/platform/authorizations/prepare-exchange';
import { SettleExchange } from '@grantkeeper/platform/authorizations/settle-exchange';
import { Flights } from '@grantkeeper/platform/flights/flights';
import { SpillFolder } from '@grantkeeper/platform/flights/spill-folder';
import { ConsentedGrants } from '@grantkeeper/platform/grants/consented-grants';
import { keepRefreshed } from '@grantkeeper/platform/grants/keep-refreshed';
import { PrepareRefresh } from '@grantkeeper/platform/grants/prepare-refresh';
import { RefreshFlights } from '@grantkeeper/platform/grants/refresh-flights';
import { RefreshPermits } from '@grantkeeper/platform/grants/refresh-permits';
import { SettleRefresh } from '@grantkeeper/platform/grants/settle-refresh';
import { HttpTokenEndpoint } from '@grantkeeper/platform/grants/token-endpoint';
import type { Logger } from '@grantkeeper/platform/observability/logger';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { FlightBench } from '@grantkeeper/tests/support/flight-bench';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loneGates } from '../../test-fixtures/lone-gates.js';
import { ExchangeCodeProcessor } from '../authorizations/exchange-code.processor.js';
import { RefreshProcessor } from '../grants/refresh.processor.js';
import { flightParts } from './flight-parts.js';
import { Spill } from './spill.js';
import { WorkerLog } from './worker-log.js';

const canary = `canary-${randomUUID()}`;
let bench: FlightBench;
let path: string;
beforeAll(async () => {
  bench = await FlightBench.start({ mode: 'strict', canary });
});
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'gk-spill-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));
afterAll(() => bench.stop());

const attempt = {
  correlationId: 'c',
  signal: new AbortController().signal,
  context: { kind: 'test', correlationId: 'c', ids: {} },
};

/** A worker of its own, but for its process and its queue. */
function newWorker(folder: string | null = path) {
  const told: string[] = [];
  const tell = (_fields: object, message: string): void => void told.push(message);
  const flights = new Flights();
  const gates = loneGates();
  const parts = flightParts(bench.pool, bench.vault, bench.client, flights, gates);
  const part = <T>(type: abstract new (...given: never[]) => T): T =>
    (parts as { provide: unknown; useValue: unknown }[]).find(({ provide }) => provide === type)?.useValue as T;
  const [provider, consented] = [part(HttpTokenEndpoint), part(ConsentedGrants)];
  const refresher = new RefreshProcessor(
    part(RefreshFlights),
    part(PrepareRefresh),
    part(RefreshPermits),
    provider,
    part(SettleRefresh),
    flights,
  );
  const exchanger = new ExchangeCodeProcessor(
    part(ExchangeFlights),
    part(PrepareExchange),
    provider,
    part(SettleExchange),
    flights,
    gates,
  );
  const spill = new Spill(
    folder === null ? null : new SpillFolder(folder),
    flights,
    (answer) => (answer.kind === 'refresh' ? keepRefreshed(bench.pool, answer) : consented.store(answer)),
    new WorkerLog({ info: tell, warn: tell, error: tell } as unknown as Logger),
  );
  return {
    flights,
    spill,
    told,
    refresh: (grantId: string) => refresher.process({ grantId, version: 1 }, attempt),
    exchange: (authorizationId: string) => exchanger.process({ authorizationId }, attempt),
  };
}

/** Has answers come while the database lets nobody in, and hands them to `work`; in the end it is back, and the worker that held them has settled into nothing. */
async function whileAway(worker: ReturnType<typeof newWorker>, send: () => Promise<void>[], work: () => Promise<void>) {
  const before = bench.provider.tokenRequests().length;
  bench.provider.latency(400);
  const flights = send();
  await eventually(() => expect(bench.provider.tokenRequests()).toHaveLength(before + flights.length));
  bench.provider.latency(0);
  const letIn = await bench.lockOut();
  try {
    await eventually(() => expect(worker.flights.holding.answers).toBe(flights.length));
    await work();
  } finally {
    await letIn();
  }
  return Promise.all(flights);
}

const files = () => readdirSync(path).sort();

describe('answers of a worker that must end while the database is away', () => {
  it('are settled by another one, once, from files that hold no secret', async () => {
    const [grant, code, returning] = [await bench.givenGrant(), await bench.givenCode(), await bench.givenGrant()];
    const again = await bench.givenCode({ user: String((await bench.grant(returning.id)).user_id) });
    const [ending, other] = [newWorker(), newWorker()];
    let copies: [string, string][] = [];

    await whileAway(
      ending,
      () => [ending.refresh(grant.id), ending.exchange(code.id), ending.exchange(again.id)],
      async () => {
        await ending.spill.rescue();
        copies = files().map((name) => [name, readFileSync(join(path, name), 'utf8')]);
        await other.spill.check(); // the database is still away: everything stays
        expect(files()).toEqual(copies.map(([name]) => name));
        expect(files()).toHaveLength(3);
      },
    );
    for (const [, text] of copies) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(bench.provider.clientSecret);
    }
    expect(await bench.grant(grant.id)).toMatchObject({ version: 2 }); // the one that held it was faster in the end: no harm

    await other.spill.check();

    expect(files()).toEqual([]);
    expect(await bench.events(`grant-${grant.id}`)).toEqual(['grants.refreshed.v1']);
    for (const id of [code.id, again.id])
      expect(await bench.events(`authorization-${id}`)).toEqual(['authorizations.consented.v1']);
    for (const [name, text] of copies) writeFileSync(join(path, name), text);
    await other.spill.check();
    expect(files()).toEqual([]);
    expect(await bench.grant(grant.id)).toMatchObject({ version: 2, status: 'active' });
  });

  it.each(['refresh', 'exchange', 'exchange into the living grant'])(
    'open under the grant that they are settled into: %s',
    async (kind) => {
      const living = await bench.givenGrant();
      const code = kind === 'refresh' ? null : await bench.givenCode();
      if (code && kind !== 'exchange') {
        await bench.pool.query('UPDATE "grant" SET user_id = $2, subject = NULL WHERE id = $1', [living.id, code.user]);
      }
      const [ending, other] = [newWorker(), newWorker()];
      let end = () => {};
      // The settle of the one that ends never gets through, as if its process were gone.
      const untilStored = ending.flights.untilStored.bind(ending.flights);
      ending.flights.untilStored = (settle, answer) =>
        answer
          ? untilStored(() => new Promise((_resolve, reject) => (end = () => reject(new Error('ended')))), answer)
          : untilStored(settle);
      const flight = (code ? ending.exchange(code.id) : ending.refresh(living.id)).catch((error: Error) => error.message);
      await eventually(() => expect(ending.flights.unsettled.size).toBe(1));
      await ending.spill.rescue();
      end();
      expect(await flight).toBe('ended');

      await other.spill.start();
      await other.spill.stop();

      expect(files()).toEqual([]);
      const grantId = code ? String((await bench.authorization(code.id)).grant_id) : living.id;
      if (kind !== 'exchange') expect(grantId).toBe(living.id);
      const token = await bench.accessToken(grantId);
      expect(token).not.toBe(living.accessToken);
      expect(bench.provider.isAccessTokenAlive(token)).toBe(true);
      expect(bench.provider.isRefreshTokenAlive(await bench.opened(grantId, 'refresh_token'))).toBe(true);
    },
  );

  it('are named as lost where there is no folder, or it cannot be written', async () => {
    for (const [folder, why] of [
      [null, 'there is no SPILL_DIR'],
      [join(path, 'file', 'spill'), 'SPILL_DIR cannot be written'],
    ] as const) {
      writeFileSync(join(path, 'file'), '');
      const [worker, { id }] = [newWorker(folder), await bench.givenGrant()];
      await whileAway(
        worker,
        () => [worker.refresh(id)],
        () => worker.spill.rescue(),
      );
      expect(worker.told).toEqual([`an answer is lost: the database did not take it in time, and ${why}`]);
    }
  });
});

describe('a spill folder that cannot be written', () => {
  it('keeps a worker from sending until it can', async () => {
    const folder = join(path, 'spill');
    writeFileSync(folder, '');
    const [worker, { id, refreshToken }] = [newWorker(folder), await bench.givenGrant()];
    await worker.spill.check();
    await worker.refresh(id);
    expect(worker.flights.maySend()).toBe(false);
    expect(bench.provider.tokenRequests({ refreshToken })).toHaveLength(0);
    expect(await bench.grant(id)).toMatchObject({ attempt: null, sends: 0, version: 1 });

    rmSync(folder);
    await worker.spill.check();
    await worker.refresh(id);
    expect(await bench.grant(id)).toMatchObject({ version: 2 });
    expect(worker.told).toEqual(['SPILL_DIR cannot be written: nothing is sent until it can', 'SPILL_DIR can be written again']);
  });
});

describe('a spilled answer that cannot be settled', () => {
  it('is put into bad/ and told of, and the others are settled', async () => {
    writeFileSync(join(path, `${randomUUID()}.answer`), 'not an answer');
    const worker = newWorker();
    await worker.spill.check();
    await worker.spill.check();
    expect(files()).toEqual(['bad']);
    expect(readdirSync(join(path, 'bad'))).toHaveLength(1);
    expect(worker.told).toEqual(['a spilled answer cannot be settled; it is in bad/']);
  });
});
