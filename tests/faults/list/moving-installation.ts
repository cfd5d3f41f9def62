import { setTimeout as pause } from 'node:timers/promises';
import { AdminRun } from '../../support/admin-cli.js';
import { eventually } from '../../support/eventually.js';
import { prepareConsent } from '../../support/prepared-consent.js';
import { expectThat, type Fault } from '../fault.js';
import { Load } from '../harness/load.js';
import type { Stage } from '../harness/stage.js';

const busy = { refreshesPerSecond: 10, readsPerSecond: 50, consentsPerSecond: 1, lifetimeSeconds: 60 };

async function expectUnharmed(stage: Stage, load: Load): Promise<string> {
  const { asked, ready, useless } = load.heard;
  const { refreshed, consented } = load;
  await load.retire();
  const { rows } = await stage.db.query<{ id: string }>(`SELECT id FROM "grant" WHERE profile_id = $1 AND status <> 'active'`, [
    load.profileId,
  ]);
  expectThat(rows.length === 0, `${rows.length} grants are lost`);
  expectThat(useless.length === 0, `${useless.length} tokens handed out were of no use`);
  expectThat(ready > 0 && refreshed > 0, 'the load did nothing');
  return `${ready} tokens in ${asked} asks, ${refreshed} refreshes, ${consented} consents, 0 expired, 0 lost`;
}

/** The data key is changed and every sealed value wrapped anew while the installation works. */
export const rewrapUnderLoad: Fault = {
  name: 'F24',
  title: 'data keys rotated and values rewrapped under load, the rewrap killed twice',
  expected: 'no read fails, no refresh is lost, the rewrap goes on where it was',
  async run(stage) {
    const { system } = stage;
    const admin = (...args: string[]) => new AdminRun(args, { DATABASE_URL: system.databaseUrl, KEY_RING: system.keyRing });
    const load = await Load.start(stage, busy);
    const problems = new Map(stage.heard.problems);
    const rotated = await admin('keys', 'rotate-data-key', '--all').outcome();
    expectThat(rotated.code === 0, `rotate-data-key ended with ${rotated.code}: ${rotated.err}`);
    for (let kill = 0; kill < 2; kill += 1) {
      const run = admin('keys', 'rewrap', '--rate', '50');
      await run.printed(/processed, [1-9]/);
      expectThat((await run.signal('SIGKILL')).signal === 'SIGKILL', 'the rewrap was over before it could be killed');
    }
    for (const one of stage.processes) {
      await one.stop(); // or five minutes: until then processes may seal under the key they know
      await one.start();
    }
    const { code, out, err } = await admin('keys', 'rewrap', '--rate', '1000', '--json').outcome();
    expectThat(code === 0, `the last rewrap ended with ${code}: ${out} ${err}`);
    const { failed, remaining } = JSON.parse(out) as { failed: number; remaining: number };
    expectThat(failed === 0 && remaining === 0, `the rewrap left ${remaining} values and failed at ${failed}`);
    const internal = (stage.heard.problems.get('http.internal') ?? 0) - (problems.get('http.internal') ?? 0);
    expectThat(internal === 0, `${internal} reads failed`);
    return { runs: 2, seen: `2 kills of the rewrap, then 0 values left; ${await expectUnharmed(stage, load)}` };
  },
};

/** One process after another is asked to end, and started again. */
export const rollingRestarts: Fault = {
  name: 'F29',
  title: 'processes restarted one after another under load, by SIGTERM',
  expected: 'each drains within 30 s and ends with code 0; no job stalls, nothing is lost',
  async run(stage, { full }) {
    const load = await Load.start(stage, busy);
    const from = stage.logs.length;
    const rounds = full ? 5 : 2;
    let longest = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const one of stage.processes) {
        const begun = performance.now();
        const exit = await one.stop();
        longest = Math.max(longest, performance.now() - begun);
        expectThat(exit.code === 0, `${one.name} ended with ${exit.signal ?? exit.code} on SIGTERM`);
        await one.start();
      }
    }
    const stalled = stage.logs.slice(from).filter(({ text }) => /stalled/i.test(text)).length;
    expectThat(stalled === 0, `${stalled} jobs stalled`);
    const runs = rounds * stage.processes.length;
    return {
      runs,
      seen: `${runs} restarts, the longest ${Math.round(longest)} ms to its end, 0 stalled; ${await expectUnharmed(stage, load)}`,
    };
  },
};

/** Two relays and sweepers at once are the rule here; now they are also held and let go at any moment, and told to end twice. */
export const signalStorm: Fault = {
  name: 'F30',
  title: 'three workers held and let go at random, and told to end several times',
  expected: 'each refresh once; a worker that is told twice still drains',
  stage: { worker: 3 },
  async run(stage) {
    const load = await Load.start(stage, busy);
    let signals = 0;
    for (const end = performance.now() + 10_000; performance.now() < end; signals += 2) {
      const worker = stage.random.pick(stage.system.workers);
      worker.freeze();
      await pause(stage.random.between(10, 300));
      worker.thaw();
      await pause(stage.random.between(0, 100));
    }
    const worker = stage.worker();
    for (let time = 0; time < 5; time += 1) process.kill(worker.pid, 'SIGTERM');
    const exit = await worker.exited();
    expectThat(exit.code === 0, `a worker that was told to end five times ended with ${exit.signal ?? exit.code}`);
    await worker.start();
    return { runs: signals + 5, seen: `${signals} holds and releases, 5 SIGTERM at once; ${await expectUnharmed(stage, load)}` };
  },
};

/** The settings under a flight change while it is in the air. */
export const profileChanges: Fault = {
  name: 'F31',
  title: 'profile revised, disabled and deleted while refreshes and consents are under way',
  expected: 'what is under way ends as it was pinned, or with its reason; no token is left behind at the provider',
  async run(stage) {
    const seen: string[] = [];
    for (const change of ['revise', 'disable', 'delete'] as const) seen.push(await changed(stage, change));
    return { runs: seen.length, seen: seen.join('; ') };
  },
};

async function changed(stage: Stage, change: 'revise' | 'disable' | 'delete'): Promise<string> {
  const { system, providers } = stage;
  const provider = await providers.add({ mode: 'strict' });
  const profile = await system.givenProfile(provider);
  const { key } = await system.givenRuntimeKey(profile.assistantId);
  const grants = await Promise.all(Array.from({ length: 5 }, () => system.givenGrant(provider, { profile, key })));
  const consents = await Promise.all(
    Array.from({ length: 3 }, () => prepareConsent(system, provider, { profile: profile.id, key })),
  );
  const path = `/v1/profiles/${profile.id}`;
  provider.latency(1_500);
  const before = provider.tokenRequests().length;
  const pages = consents.map((consent) => consent.deliver());
  for (const { ready } of grants) await system.asOperator('POST', `/v1/grants/${ready.grantId}/refresh`);
  await eventually(() =>
    expectThat(
      provider.tokenRequests().length === before + grants.length + consents.length,
      'not all refreshes and exchanges are under way',
    ),
  );

  const view = await system.asOperator('GET', path);
  const match = { 'if-match': view.headers.get('etag') ?? '' };
  const answer =
    change === 'revise'
      ? await system.asOperator('PATCH', path, { description: 'changed meanwhile' }, match)
      : change === 'disable'
        ? await system.asOperator('POST', `${path}/disable`, undefined, match)
        : await system.asOperator('DELETE', path, undefined, match);
  expectThat(answer.status < 300, `${change} answered ${answer.status}: ${answer.text}`);

  await Promise.all(pages);

  const living = () => provider.issuedRefreshTokens.filter((token) => provider.isRefreshTokenAlive(token)).length;
  if (change === 'delete') {
    await eventually(() => expectThat(living() === 0, `${living()} families live on at the provider`), { withinMs: 30_000 });
    return 'deleted: every token, the ones that came late too, revoked at the provider';
  }
  const whole = grants.length + consents.length;
  await eventually(async () => {
    const { rows } = await stage.db.query<{ version: number }>(
      `SELECT version FROM "grant" WHERE profile_id = $1 AND status = 'active'`,
      [profile.id],
    );
    const refreshed = rows.filter(({ version }) => version === 2).length;
    expectThat(refreshed === grants.length, `${refreshed} of ${grants.length} refreshes were stored`);
    expectThat(rows.length === whole, `${rows.length - grants.length} of ${consents.length} consents were given`);
  });
  expectThat(living() === whole, 'a family died');
  return `${change}d: ${grants.length} refreshes and ${consents.length} consents under way stored`;
}
