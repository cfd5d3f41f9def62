import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const register = new URL('./register.mjs', import.meta.url).href;
const script = fileURLToPath(new URL('./steps.fixture.mjs', import.meta.url));
let child: ChildProcess;

afterEach(() => void child.kill('SIGKILL'));

interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  tookMs: number;
}

/** Runs the script that publishes exchange.before-mark and exchange.after-mark three times each, printing a line after each. */
async function run(
  failPoint: string,
  onStarted: (child: ChildProcess) => Promise<void> = async () => {},
  env = {},
): Promise<Ended> {
  const startedAt = performance.now();
  child = spawn(process.execPath, ['--import', register, script], {
    env: { ...process.env, FAILPOINT: failPoint, NODE_OPTIONS: '', ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => (stdout += chunk));
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  await onStarted(child);
  const [code, signal] = await closed;
  return { code, signal, stdout, stderr, tookMs: performance.now() - startedAt };
}

const everything = Array.from({ length: 3 }, (_, round) => `before ${round + 1}\nafter ${round + 1}\n`).join('');

describe('a process with fail points', () => {
  it('runs to its end when none is named', async () => {
    expect(await run('')).toMatchObject({ code: 0, stdout: everything, stderr: '' });
  });

  it('runs to its end when the named step is never reached', async () => {
    expect(await run('refresh.after-mark:kill')).toMatchObject({ code: 0, stdout: everything });
  });

  it('is killed at the step: nothing after it runs, and the hit is told first', async () => {
    const ended = await run('exchange.after-mark:kill');
    expect(ended).toMatchObject({ code: null, signal: 'SIGKILL', stdout: 'before 1\n' });
    expect(JSON.parse(ended.stderr)).toEqual({ failPoint: 'exchange.after-mark', action: 'kill', id: 'flight-1', hit: 1 });
  });

  it('tells each step that it reaches, where it is asked to', async () => {
    const { stderr } = await run('exchange.after-mark:kill', undefined, { TELL_STEPS: 'yes' });
    const told = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told.slice(0, 2)).toEqual([
      { step: 'exchange.before-mark', id: 'flight-1' },
      { step: 'exchange.after-mark', id: 'flight-1' },
    ]);
  });

  it('is killed on the named hit only', async () => {
    expect(await run('exchange.before-mark:kill@3')).toMatchObject({
      signal: 'SIGKILL',
      stdout: 'before 1\nafter 1\nbefore 2\nafter 2\n',
    });
  });

  it('is frozen for the named time and goes on', async () => {
    const ended = await run('exchange.after-mark:freeze:700@2');
    expect(ended).toMatchObject({ code: 0, stdout: everything });
    expect(ended.tookMs).toBeGreaterThan(700);
  });

  it('stops itself and goes on when it is let', async () => {
    const ended = await run('exchange.after-mark:stop', async ({ pid, stderr }) => {
      if (stderr) await once(stderr, 'data');
      while (!/^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await new Promise(setImmediate);
      child.kill('SIGCONT');
    });
    expect(ended).toMatchObject({ code: 0, stdout: everything });
  });

  it('ends by an uncaught exception', async () => {
    const ended = await run('exchange.after-mark:throw@2');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('fail point');
  });

  it('refuses a fail point that it cannot read', async () => {
    expect(await run('exchange.after-mark:explode')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('unreadable fail point'),
    });
  });

  it('does not outlive the harness', async () => {
    const harnessGone = async ({ stdin }: ChildProcess) => void stdin?.end();
    expect((await run('', harnessGone, { STAY: 'yes' })).signal).toBe('SIGKILL');
  });
});
