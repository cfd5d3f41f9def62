import { randomUUID } from 'node:crypto';
import { type JobName, jobs } from '@grantkeeper/contracts/jobs';
import type { Logger } from '@grantkeeper/platform/observability/logger';
import { describe, expect, it } from '@jest/globals';
import { processorOf } from '../../test-fixtures/recording-host.js';
import { ProcessorHost } from './processor-host.js';
import { WorkerLog } from './worker-log.js';

type Run = Parameters<typeof processorOf>[1];
const nothing: Run = () => Promise.resolve();
const names = Object.keys(jobs) as JobName[];
const without = (...left: JobName[]): object[] =>
  names.filter((name) => !left.includes(name)).map((name) => processorOf(name, nothing));

/** What was logged, as text. */
function log(): { log: WorkerLog; text(): string } {
  const lines: unknown[] = [];
  const write = (fields: object, message: string): void => void lines.push({ ...fields, message });
  return {
    log: new WorkerLog({ info: write, warn: write, error: write } as unknown as Logger),
    text: () => JSON.stringify(lines),
  };
}
const row = (payload: unknown = { grantId: randomUUID(), version: 1 }, name: string = 'grants.refresh') => ({
  id: 'job-1',
  name: name as JobName,
  payload,
  correlationId: 'asked',
});
const hosting = (process: Run, kept = log()): ProcessorHost =>
  new ProcessorHost([...without('grants.refresh'), processorOf('grants.refresh', process)], kept.log);

describe('the host of processors', () => {
  it('is not made while a job has no processor: it names every such job', () => {
    expect(() => new ProcessorHost(without('grants.refresh', 'profiles.delete-grants'), log().log)).toThrow(
      /no processor for .*grants\.refresh.*profiles\.delete-grants/,
    );
    expect(() => new ProcessorHost(without(), log().log)).not.toThrow();
  });

  it('is not made when a job has two processors, or a processor no job', () => {
    expect(() => new ProcessorHost([...without(), processorOf('grants.refresh', nothing)], log().log)).toThrow(
      'job grants.refresh has two processors',
    );
    expect(() => new ProcessorHost([...without(), new (class Idle {})()], log().log)).toThrow('Idle has no @Processes');
  });

  it('hands a job its payload and correlation, and says in the log that it is done', async () => {
    const seen: unknown[] = [];
    const kept = log();
    const given = row();
    await hosting(async (payload, { correlationId, signal }) => void seen.push(payload, correlationId, signal.aborted), kept).run(
      given,
    );
    expect(seen).toEqual([given.payload, 'asked', false]);
    expect(kept.text()).toContain('job done');
  });

  it.each<[string, unknown, string]>([
    ['a payload that is none', 'canary', 'grants.refresh'],
    ['a wrong value', { grantId: 'canary', version: 1 }, 'grants.refresh'],
    ['a member too many', { grantId: randomUUID(), version: 1, canary: 'canary' }, 'grants.refresh'],
    ['a job that nobody knows', {}, 'nobody.knows'],
    ['a name that every object has', {}, 'constructor'],
  ])('does not process %s, and says so without repeating what was in it', async (_what, payload, name) => {
    const kept = log();
    let processed = false;
    const host = hosting(async () => {
      processed = true;
    }, kept);
    await expect(host.run(row(payload, name))).rejects.toThrow(`${name} failed`);
    expect(processed).toBe(false);
    expect(kept.text()).toContain('job failed');
    expect(kept.text()).not.toContain('canary');
  });

  it('does not let an error’s own text leave it: a queue keeps what it is told', async () => {
    const error = await hosting(() => Promise.reject(new Error('canary')))
      .run(row())
      .catch((thrown: Error) => thrown);
    expect(`${(error as Error).message} ${String((error as Error).cause)}`).not.toContain('canary');
  });

  it('is idle when nothing runs, also what began while it was waited for', async () => {
    const ends: (() => void)[] = [];
    const host = hosting(() => new Promise((resolve) => ends.push(() => resolve())));
    await host.idle();
    const first = host.run(row());
    let idle = false;
    const waiting = host.idle().then(() => {
      idle = true;
    });
    const second = host.run(row());
    ends.shift()?.();
    await first;
    expect(idle).toBe(false);
    ends.shift()?.();
    await Promise.all([second, waiting]);
    expect(idle).toBe(true);
  });

  it('tells what is under way that it stops', async () => {
    let signal: AbortSignal | undefined;
    const host = hosting(
      (_payload, attempt) =>
        new Promise((resolve) => {
          signal = attempt.signal;
          attempt.signal.addEventListener('abort', () => resolve());
        }),
    );
    const running = host.run(row());
    host.stop();
    await running;
    expect(signal?.aborted).toBe(true);
  });
});
