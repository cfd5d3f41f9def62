import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { killAt } from './faults/kills.js';
import { deliverAgain, holdSweeper, letSweeper } from './faults/queues.js';
import { eventually } from './support/eventually.js';
import { type PreparedConsent, prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const step = 'exchange';
const killsPerLane = 10;

/** A system with a provider of its own, so that in each of them one exchange at a time is under way. */
interface Lane {
  system: System;
  provider: ScriptedProvider;
  profile: string;
  key: string;
}

let lanes: Lane[];

async function openLane(): Promise<Lane> {
  const [system, provider] = await Promise.all([startSystem(), startScriptedProvider({ mode: 'strict' })]);
  const profile = await system.givenProfile(provider);
  const { key } = await system.givenRuntimeKey();
  return { system, provider, profile: profile.id, key };
}

beforeAll(async () => {
  lanes = await Promise.all([openLane(), openLane()]);
}, 60_000);
afterAll(() => Promise.all(lanes.flatMap(({ system, provider }) => [system.stop(), provider.stop()])), 60_000);

/** Kills the worker once in each of ten exchanges, each of them alone under way. */
async function killInEach({ system, provider, profile, key }: Lane, point: string): Promise<PreparedConsent[]> {
  const worker = workerOf(system);
  await worker.stop();
  const consents: PreparedConsent[] = [];
  const pages: Promise<{ status: number }>[] = [];
  for (let kill = 0; kill < killsPerLane; kill += 1) {
    const consent = await prepareConsent(system, provider, { profile, key });
    const killed = new Set<string>();
    await killAt(worker, `${step}.${point}`, () => pages.push(consent.deliver())).then((id) => killed.add(id));
    while (!killed.has(consent.authorizationId)) killed.add(await killAt(worker, `${step}.${point}`, () => {})); // an earlier one came again
    await holdSweeper(system, 'authorization', consent.authorizationId);
    await system.db.query(`UPDATE "authorization" SET sent_at = now() WHERE state = 'exchanging'`); // the clock of those before it stands still
    consents.push(consent);
  }
  expect((await Promise.all(pages)).map(({ status }) => status)).toEqual(consents.map(() => 200));
  return consents;
}

function workerOf(system: System) {
  const [worker] = system.workers;
  if (!worker) throw new Error('this system has no worker');
  return worker;
}

/** A worker that nobody kills comes back, and every job is delivered once more. */
async function goOn({ system }: Lane): Promise<void> {
  await workerOf(system).start();
  await letSweeper(system, 'authorization');
  await deliverAgain(system, 'authorizations.exchange');
}

async function statuses(consents: readonly PreparedConsent[]): Promise<string[]> {
  return Promise.all(consents.map(async (consent) => (await consent.outcome()).status));
}

function all<T>(consents: readonly PreparedConsent[], value: T): T[] {
  return consents.map(() => value);
}

function requestsPerCode({ provider }: Lane, consents: readonly PreparedConsent[]): number[] {
  return consents.map(({ code }) => provider.tokenRequests({ code }).length);
}

async function expectReady(consents: readonly PreparedConsent[], { provider }: Lane): Promise<void> {
  for (const { body } of await Promise.all(consents.map((consent) => consent.askToken()))) {
    expect(body.status === 'ready' && provider.isAccessTokenAlive(body.accessToken)).toBe(true);
  }
}

describe(`a worker killed ${2 * killsPerLane} times, each time in another exchange`, () => {
  it.each([
    { point: 'before-mark', when: 'before the mark', requests: 1 },
    { point: 'after-settle', when: 'after the settle', requests: 1 },
  ])(
    'loses nothing $when: every consent is given with one token request',
    async ({ point, requests }) => {
      await Promise.all(
        lanes.map(async (lane) => {
          const consents = await killInEach(lane, point);
          await goOn(lane);
          await eventually(async () => expect(await statuses(consents)).toEqual(all(consents, 'consented')));
          expect(requestsPerCode(lane, consents)).toEqual(all(consents, requests));
          await expectReady(consents, lane);
          await workerOf(lane.system).stop();
        }),
      );
    },
    300_000,
  );

  it.each([
    { point: 'after-mark', when: 'between the mark and the first byte', requests: 0 },
    { point: 'after-first-byte', when: 'after the first byte', requests: 1 },
    { point: 'after-answer', when: 'between the answer and the settle', requests: 1 },
  ])(
    'never sends the code again $when: outcome unknown after 30 s, and a new consent works',
    async ({ point, requests }) => {
      await Promise.all(
        lanes.map(async (lane) => {
          const { system, provider, profile, key } = lane;
          const consents = await killInEach(lane, point);
          await goOn(lane);
          expect(await statuses(consents)).toEqual(all(consents, 'exchanging'));
          expect(requestsPerCode(lane, consents)).toEqual(all(consents, requests));

          await system.db.query(`UPDATE "authorization" SET sent_at = sent_at - interval '31 s' WHERE state = 'exchanging'`); // the clock moves on
          await eventually(async () => expect(await statuses(consents)).toEqual(all(consents, 'outcome_unknown')));
          await deliverAgain(system, 'authorizations.exchange');
          expect(requestsPerCode(lane, consents)).toEqual(all(consents, requests));

          const again = await Promise.all(
            consents.map(({ ask: { user } }) => prepareConsent(system, provider, { profile, key, user })),
          );
          await Promise.all(again.map((consent) => consent.deliver()));
          await eventually(() => expectReady(again, lane));
          expect(requestsPerCode(lane, again)).toEqual(all(again, 1));
          await workerOf(system).stop();
        }),
      );
    },
    300_000,
  );
});
