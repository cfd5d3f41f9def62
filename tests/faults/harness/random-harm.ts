import { setTimeout as pause } from 'node:timers/promises';
import type { ManagedProcess } from '../../support/managed-process.js';
import { points } from './deaths.js';
import type { Load } from './load.js';
import type { Stage } from './stage.js';

/** One harm that chance may choose; it mends what it broke before it ends. Answers what it did, in a few words. */
type Harm = (stage: Stage, load: Load, victims: readonly ManagedProcess[]) => Promise<string>;

const harms: readonly Harm[] = [
  async ({ random }, _load, victims) => {
    const one = random.pick(victims);
    await one.kill('SIGKILL');
    await pause(random.between(0, 3_000));
    await one.start();
    return `${one.name} killed`;
  },
  async ({ random }, _load, victims) => {
    const one = random.pick(victims);
    const ms = random.between(50, 12_000);
    one.freeze();
    await pause(ms);
    one.thaw();
    return `${one.name} frozen for ${ms} ms`;
  },
  async ({ random }, _load, victims) => {
    const one = random.pick(victims);
    await one.stop();
    await one.start();
    return `${one.name} drained and started again`;
  },
  async ({ random }, _load, victims) => {
    const one = random.pick(victims.filter(({ name }) => name.startsWith('worker')));
    const step = `refresh.${random.pick(points)}`;
    const hit = random.between(1, 5);
    await one.restart({ failPoint: `${step}:kill@${hit}`, awaitReady: false });
    const died = await Promise.race([one.exited().then(() => true), pause(10_000, false)]);
    if (!died) return `${one.name} did not reach ${step} ${hit} times`;
    await one.start();
    return `${one.name} killed at ${step}, hit ${hit}`;
  },
  async (stage) => {
    const ms = stage.random.between(0, 4_000);
    await stage.redis.kill();
    await pause(ms);
    await stage.redis.start();
    return `Redis killed, back after ${ms} ms`;
  },
  async ({ system }) => {
    await system.redis?.client.flushall();
    return 'Redis emptied';
  },
  async (stage) => {
    const ms = stage.random.between(0, 3_000);
    await stage.postgres.kill();
    await pause(ms);
    await stage.postgres.start();
    return `PostgreSQL killed, back after ${ms} ms`;
  },
  async ({ random }, { provider }) => {
    const ms = random.between(500, 6_000);
    await provider.goDown();
    await pause(ms);
    await provider.comeUp();
    return `provider away for ${ms} ms`;
  },
  async ({ random }, { provider }) => {
    const status = random.pick([429, 500, 502, 503]);
    const ms = random.between(500, 6_000);
    provider.answerNextToken(status, 10_000, 'refresh_token');
    await pause(ms);
    provider.forgetTokenScript(); // by time and not by count: a worker that asks seldom, as it should, would meet it for minutes
    return `provider answers ${status} for ${ms} ms`;
  },
];

/** Chooses a harm and does it; the choices hang on the stage's seed alone. */
export async function doHarm(stage: Stage, load: Load, victims: readonly ManagedProcess[]): Promise<void> {
  for (const one of victims) if (!one.isRunning) await one.start(); // a fail point may have been reached late, or PostgreSQL been down at its start
  const harm = stage.random.pick(harms);
  stage.note(await harm(stage, load, victims));
  await pause(stage.random.between(200, 4_000));
}
