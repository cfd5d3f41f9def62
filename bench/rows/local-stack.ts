import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { StackFile } from '@grantkeeper/local-stack/stack/stack-file';
import { memoryOf } from '../cpu.js';
import type { Figures } from '../figures.js';
import { root } from '../part.js';
import { makePlace, removePlace } from '../place.js';
import type { Plan } from '../plan.js';

const row = 'local stack';
const idleSeconds = 10;

interface Start {
  seconds: number;
  api: number;
  worker: number;
}

/** `npm start` as its user sees it: how long until it says what to open, and what its processes hold when nobody asks. */
export async function localStack(plan: Plan, figures: Figures): Promise<void> {
  const folder = makePlace('stack');
  const starts: Start[] = [];
  try {
    for (let start = 0; start <= plan.stackStarts; start += 1) {
      const isFirst = start === 0; // makes the cluster and the keys
      const took = await startOnce(folder, isFirst);
      if (!isFirst) starts.push(took);
    }
  } finally {
    removePlace(folder, stackFile(folder)?.postgres ?? null);
  }
  figures.note(
    row,
    'ready, once initialised',
    's',
    starts.map(({ seconds }) => seconds),
    { atMost: 15 },
  );
  figures.note(
    row,
    `memory of api, idle for ${idleSeconds} s`,
    'MB',
    starts.map(({ api }) => api),
    { atMost: 150 },
  );
  figures.note(
    row,
    `memory of worker, idle for ${idleSeconds} s`,
    'MB',
    starts.map(({ worker }) => worker),
    { atMost: 150 },
  );
}

async function startOnce(folder: string, isFirst: boolean): Promise<Start> {
  const log = join(folder, 'start.log');
  const output = openSync(log, 'w', 0o600);
  const started = performance.now();
  const env = { ...process.env, LOCAL_STACK_DIR: join(folder, 'state'), PORT: '0', REDIS_URL: '' };
  const stack = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, env, stdio: ['ignore', output, output] });
  closeSync(output);
  const ended = new Promise<void>((resolve) => stack.once('exit', () => resolve()));
  try {
    const ready = () => readFileSync(log, 'utf8').includes('stack.json');
    while (!ready()) {
      if (stack.exitCode !== null || performance.now() - started > 120_000)
        throw new Error(`the local stack did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
      await pause(20);
    }
    const seconds = (performance.now() - started) / 1000;
    if (isFirst) return { seconds, api: 0, worker: 0 };
    await pause(idleSeconds * 1000);
    const { api = 0, worker = 0 } = stackFile(folder)?.pids ?? {};
    return { seconds, api: memoryOf(api), worker: memoryOf(worker) };
  } finally {
    stack.kill('SIGTERM');
    await ended;
  }
}

/** What the stack says of itself; null where it never got that far. */
function stackFile(folder: string): StackFile | null {
  const path = join(folder, 'state/stack.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as StackFile) : null;
}
