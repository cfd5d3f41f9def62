import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Job, JobPayload } from '@grantkeeper/contracts/jobs';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { patience } from '../../support/eventually.js';
import type { Stage } from './stage.js';

/** The steps of a flight at which its process may die, in their order. */
export const points = ['before-mark', 'after-mark', 'after-first-byte', 'after-answer', 'after-settle'] as const;
export type Point = (typeof points)[number];
export type FlightKind = 'exchange' | 'refresh';

/** How often a flight was caught at each point, for each provider. */
export class Tally<P extends string> {
  private readonly counts = new Map<string, number>();

  constructor(private readonly wanted: Readonly<Record<P, number>>) {}

  add(provider: P, point: Point): void {
    this.counts.set(`${provider} ${point}`, this.of(provider, point) + 1);
  }

  of(provider: P, point: Point): number {
    return this.counts.get(`${provider} ${point}`) ?? 0;
  }

  get providers(): P[] {
    return Object.keys(this.wanted) as P[];
  }
  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The point that lacks the most, and at which providers; null when each has been had often enough. */
  next(): { point: Point; providers: P[] } | null {
    const lacks = (provider: P, point: Point) => Math.max(0, this.wanted[provider] - this.of(provider, point));
    const lacking = (point: Point) => this.providers.reduce((sum, provider) => sum + lacks(provider, point), 0);
    const point = [...points].sort((one, other) => lacking(other) - lacking(one))[0] ?? 'before-mark';
    if (lacking(point) === 0) return null;
    return { point, providers: this.providers.filter((provider) => lacks(provider, point) > 0) };
  }

  told(): string {
    return this.providers
      .map((provider) => `${provider} ${points.map((point) => this.of(provider, point)).join('/')}`)
      .join(', ');
  }
}

/** Queues jobs past the outbox, under names of their own, as a queue may that delivers twice. */
export async function queueJobs(stage: Stage, jobs: readonly Job[]): Promise<void> {
  const { system } = stage;
  const settings = { redisUrl: system.redis?.url ?? null, databaseUrl: system.databaseUrl, prefix: system.queuePrefix };
  const queues = new JobQueues(settings, () => undefined);
  await queues.add(jobs.map((job) => ({ id: randomUUID(), ...job, correlationId: 'fault' }))).finally(() => queues.close());
}

export const exchangeJob = (authorizationId: string): Job => ({ name: 'authorizations.exchange', payload: { authorizationId } });
export const refreshJob = (payload: JobPayload<'grants.refresh'>): Job => ({ name: 'grants.refresh', payload });

/** Starts the one worker to die at the nth time that the step is reached, with its work queued before; answers the last step of each flight. */
export async function dieAt(stage: Stage, kind: FlightKind, point: Point, hit: number): Promise<Map<string, Point>> {
  const worker = stage.worker();
  const from = worker.log.lines.length;
  await worker.start({ failPoint: `${kind}.${point}:kill@${hit}`, tellSteps: true, awaitReady: false });
  const begun = performance.now();
  const exit = await Promise.race([worker.exited(), late(20_000 * patience())]);
  if (exit === null) {
    stage.note(`${kind}.${point} was not reached ${hit} times; killed at no special point`);
    await worker.kill('SIGKILL');
  } else if (exit.signal !== 'SIGKILL') throw new Error(`${worker.name} did not die by the kill:\n${worker.log.tail()}`);
  await endedSessions(stage);
  await stage.db.query('DELETE FROM worker'); // known to be dead: the next one need not wait the 5 s for its part of the limits
  stage.note(`${worker.name} died at ${kind}.${point}, hit ${hit}, ${Math.round(performance.now() - begun)} ms after its start`);
  const last = new Map<string, Point>();
  for (const { json } of worker.log.lines.slice(from)) {
    const [stepKind, step] = typeof json?.step === 'string' ? json.step.split('.') : [];
    if (stepKind === kind) last.set(String(json?.id), step as Point);
  }
  return last;
}

/** What a dead worker had given to PostgreSQL may still be done: until no more of its sessions end. */
async function endedSessions({ db }: Stage): Promise<void> {
  const count = async () =>
    (await db.query<{ count: number }>('SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database()'))
      .rows[0]?.count;
  for (let [same, last] = [0, await count()]; same < 4; ) {
    await pause(40);
    const now = await count();
    same = now === last ? same + 1 : 0;
    last = now;
  }
}

function late(ms: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ms).unref();
  });
}
