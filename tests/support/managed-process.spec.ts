import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callApi } from './api-client.js';
import { ManagedProcess } from './managed-process.js';
import { claimPorts } from './ports.js';

let one: ManagedProcess;

async function aProcess(env: Record<string, string> = {}): Promise<ManagedProcess> {
  const [port] = await claimPorts(1);
  return new ManagedProcess({
    name: 'fixture-1',
    program: fileURLToPath(new URL('./process.fixture.mjs', import.meta.url)),
    env: { PORT: String(port), ...env },
    readyMessage: 'ready',
    url: `http://127.0.0.1:${port}`,
  });
}

beforeEach(async () => {
  one = await aProcess();
});
afterEach(() => one.kill());

describe('a managed process', () => {
  it('has started when it says so, drains on stop and is back at its port after a restart', async () => {
    await one.start();
    expect((await callApi(one.url, 'GET', '/')).body).toBe('here');
    expect(await one.stop()).toEqual({ code: 0, signal: null });
    expect(one.isRunning).toBe(false);

    await one.restart();
    expect((await callApi(one.url, 'GET', '/')).body).toBe('here');
    expect(one.log.lines.filter(({ json }) => json?.msg === 'ready')).toHaveLength(2);
  });

  it('fails to start with what it said when it ends before', async () => {
    one = await aProcess({ FAIL_AT_START: 'yes' });
    await expect(one.start()).rejects.toThrow(/fixture-1 ended before it said "ready":\s+DATABASE_URL is missing/);
  });

  it('ends at its fail point, once, and not again after a restart', async () => {
    await one.start({ failPoint: 'fixture.signalled:kill' });
    process.kill(one.pid, 'SIGUSR2');
    await one.reached('fixture.signalled');
    expect(await one.exited()).toEqual({ code: null, signal: 'SIGKILL' });

    await one.restart();
    process.kill(one.pid, 'SIGUSR2');
    expect((await callApi(one.url, 'GET', '/')).status).toBe(200);
  });

  it('answers nothing while frozen, and all of it when thawed', async () => {
    await one.start();
    one.freeze();
    let answered = false;
    const asked = callApi(one.url, 'GET', '/').then((answer) => {
      answered = true;
      return answer;
    });
    const impatient = AbortSignal.timeout(300);
    await expect(fetch(one.url, { signal: impatient })).rejects.toThrow(/abort|timeout/i);
    expect(answered).toBe(false);
    one.thaw();
    expect((await asked).status).toBe(200);
  });

  it('is killed when it does not drain in time', async () => {
    one = await aProcess({ IGNORE_SIGTERM: 'yes' });
    await one.start();
    expect(await one.stop(200)).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
