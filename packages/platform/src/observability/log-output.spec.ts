import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';

/** What a program with this logger has written when it is over; it may be killed once it has written something. */
async function outputOf(body: string, kill?: NodeJS.Signals): Promise<string[]> {
  const script = `import { createLogger } from '@grantkeeper/platform/observability/logger'; const log = createLogger('test'); ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (kill) child.kill(kill);
  });
  await once(child, 'close');
  return text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`);
const write = (count: number): string => `for (let n = 0; n < ${count}; n += 1) log.info({}, 'line ' + n);`;
const forever = 'setInterval(() => {}, 1000);';

describe('log lines', () => {
  it.each([
    ['ends by itself', ''],
    ['ends in the same turn', 'process.exit(0);'],
    ['dies of an error', `process.on('uncaughtException', () => process.exit(1)); throw new Error('unexpected');`],
    ['drains on SIGTERM', `process.on('SIGTERM', () => process.exit(0)); process.kill(process.pid, 'SIGTERM'); ${forever}`],
  ])('are all written, in order, when a process %s', async (_how, end) => {
    expect(await outputOf(`${write(5_000)} ${end}`)).toEqual(names(5_000));
  });

  it('are written soon while the process goes on', async () => {
    expect(await outputOf(`log.info({}, 'ready'); ${forever}`, 'SIGKILL')).toEqual(['ready']);
  });

  it('of warnings and errors are written at once, with what came before them', async () => {
    const killed = `process.kill(process.pid, 'SIGKILL');`;
    expect(await outputOf(`log.info({}, 'a'); log.warn({}, 'b'); ${killed}`)).toEqual(['a', 'b']);
    expect(await outputOf(`log.info({}, 'a'); log.error({}, 'b'); ${killed}`)).toEqual(['a', 'b']);
  });
});
