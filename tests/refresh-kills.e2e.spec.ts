import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { killAt } from './faults/kills.js';
import { deliverAgain, holdSweeper, letSweeper } from './faults/queues.js';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const kills = 5;
let system: System;
let provider: ScriptedProvider;

/** A grant with the refresh token that the provider gave with the code. */
interface Victim extends GivenGrant {
  refreshToken: string;
}

beforeAll(async () => {
  [system, provider] = await Promise.all([startSystem(), startScriptedProvider({ mode: 'strict' })]);
}, 180_000);
afterAll(() => Promise.all([system.stop(), provider.stop()]), 180_000);

function worker() {
  const [one] = system.workers;
  if (!one) throw new Error('this system has no worker');
  return one;
}

async function givenVictims(): Promise<Victim[]> {
  if (!worker().isRunning) await worker().start();
  const profile = await system.givenProfile(provider);
  const { key } = await system.givenRuntimeKey();
  const grants = await Promise.all(Array.from({ length: kills }, () => system.givenGrant(provider, { profile, key })));
  await worker().stop();
  return grants.map((grant) => ({ ...grant, refreshToken: provider.newestRefreshToken(grant.ready.accessToken) ?? '' }));
}

/** Kills the worker once in the refresh of each of five grants, each of them alone under way, then lets one work again. */
async function killInEach(point: string): Promise<Victim[]> {
  const victims = await givenVictims();
  for (const { ready } of victims) {
    const killed = new Set<string>();
    const refresh = () => system.asOperator('POST', `/v1/grants/${ready.grantId}/refresh`);
    killed.add(await killAt(worker(), `refresh.${point}`, refresh));
    while (!killed.has(ready.grantId)) killed.add(await killAt(worker(), `refresh.${point}`, () => {})); // an earlier one came again
    await holdSweeper(system, 'grant', ready.grantId);
    await system.db.query('UPDATE "grant" SET sent_at = now() WHERE attempt IS NOT NULL'); // the clock of those before it stands still
  }
  await worker().start();
  await letSweeper(system, 'grant');
  await deliverAgain(system, 'grants.refresh');
  return victims;
}

/** Moves the clock on for these grants: their marks, and with `ended` their access tokens too. */
async function moveClock(victims: readonly Victim[], { ended }: { ended: boolean }): Promise<void> {
  await system.db.query(
    `UPDATE "grant" SET sent_at = sent_at - interval '31 s', expires_at = CASE WHEN $2 THEN now() - interval '1 s' ELSE expires_at END,
       due_at = CASE WHEN $2 THEN now() ELSE due_at END, queued_until = NULL WHERE id = ANY ($1)`,
    [victims.map(({ ready }) => ready.grantId), ended],
  );
}

function sends(victims: readonly Victim[]): number[] {
  return victims.map(({ refreshToken }) => provider.tokenRequests({ refreshToken }).length);
}

function all<T>(victims: readonly Victim[], value: T): T[] {
  return victims.map(() => value);
}

async function answers(victims: readonly Victim[]) {
  const asked = victims.map(({ profile, user, key }) => system.askToken({ profile: profile.id, user }, key));
  return (await Promise.all(asked)).map(({ body }) => body);
}

async function expectRefreshed(victims: readonly Victim[]): Promise<void> {
  for (const [index, answer] of (await answers(victims)).entries()) {
    expect(answer).toMatchObject({ status: 'ready', grantId: victims[index]?.ready.grantId, tokenVersion: 2 });
    expect(answer.status === 'ready' && provider.isAccessTokenAlive(answer.accessToken)).toBe(true);
  }
}

async function expectOldToken(victims: readonly Victim[]): Promise<void> {
  const served = (await answers(victims)).map((answer) => (answer.status === 'ready' ? answer.accessToken : answer));
  expect(served).toEqual(victims.map(({ ready }) => ready.accessToken));
}

describe(`a worker killed ${kills} times, each time in another refresh`, () => {
  it.each([
    { point: 'before-mark', when: 'before the mark' },
    { point: 'after-settle', when: 'after the settle' },
  ])(
    'loses nothing $when: every token is refreshed with one send of its refresh token',
    async ({ point }) => {
      const victims = await killInEach(point);
      await eventually(() => expectRefreshed(victims));
      expect(sends(victims)).toEqual(all(victims, 1));
    },
    180_000,
  );

  it('heals when it died between the mark and the first byte: the old token is served to its end, then the refresh token is sent for the first time', async () => {
    const victims = await killInEach('after-mark');
    await expectOldToken(victims);
    await moveClock(victims, { ended: false });
    await deliverAgain(system, 'grants.refresh');
    await expectOldToken(victims);
    expect(sends(victims)).toEqual(all(victims, 0));

    await moveClock(victims, { ended: true });

    await eventually(() => expectRefreshed(victims));
    expect(sends(victims)).toEqual(all(victims, 1));
  }, 180_000);

  it.each([
    { point: 'after-first-byte', when: 'after the first byte' },
    { point: 'after-answer', when: 'between the answer and the settle' },
  ])(
    'sends a rotating token twice at most $when: the old token is served to its end, then one more send and its refusal ends it',
    async ({ point }) => {
      const victims = await killInEach(point);
      await expectOldToken(victims);
      expect(sends(victims)).toEqual(all(victims, 1));
      await moveClock(victims, { ended: false });
      await deliverAgain(system, 'grants.refresh');
      await expectOldToken(victims);
      expect(sends(victims)).toEqual(all(victims, 1));

      await moveClock(victims, { ended: true });
      await eventually(async () => {
        for (const answer of await answers(victims))
          expect(answer).toMatchObject({ status: 'reconnect_required', reason: 'invalid_grant' });
      });
      await deliverAgain(system, 'grants.refresh');
      expect(sends(victims)).toEqual(all(victims, 2));

      const [victim] = victims;
      if (!victim) throw new Error('no victim');
      const renewed = await system.givenGrant(provider, { profile: victim.profile, key: victim.key, user: victim.user });
      expect(renewed.ready.grantId).toBe(victim.ready.grantId);
      expect(provider.isAccessTokenAlive(renewed.ready.accessToken)).toBe(true);
    },
    180_000,
  );
});
