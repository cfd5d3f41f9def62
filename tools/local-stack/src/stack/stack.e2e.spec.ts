import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PageWalker } from '../demo/page-walker.js';
import { isAlive, poll } from '../processes.js';
import { root } from './settings.js';
import type { StackFile } from './stack-file.js';

const startWithinMs = 60_000;

/** `npm start` from where install and build have ended, on a folder of its own. */
class StartedStack {
  said = '';
  private readonly child: ChildProcess;

  constructor(private readonly folder: string) {
    const env = { ...process.env, LOCAL_STACK_DIR: folder, PORT: '0', REDIS_URL: '', DEMO_ACCESS_TOKEN_SECONDS: '2' };
    this.child = spawn(process.execPath, [join(root, 'tools/local-stack/dist/main.js')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
  }

  get file(): StackFile {
    return JSON.parse(readFileSync(join(this.folder, 'stack.json'), 'utf8'));
  }

  async isReady(): Promise<void> {
    const ready = await poll(() => this.said.includes('curl -s') || this.exitCode !== null, startWithinMs);
    if (!ready || this.exitCode !== null) throw new Error(`The stack did not start: ${this.said}`);
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    await poll(() => this.exitCode !== null || this.child.signalCode !== null, startWithinMs);
    return this.exitCode;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Does what the printed line says. */
  async ask(): Promise<{
    status: string;
    signInUrl: string;
    tokenVersion: number;
    request: { headers: Record<string, string> };
  }> {
    const [, url = '', key = '', body = ''] =
      /curl -s (\S+) -H 'Authorization: Bearer (\S+)' -H '[^']*' -d '([^']*)'/.exec(this.said) ?? [];
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body });
    return (await response.json()) as never;
  }
}

/** Sends the first form of a page, with what is hidden in it and what a person types. */
async function submit(browser: PageWalker, page: { url: string; text: string }, typed: Record<string, string> = {}) {
  const [form = ''] = /<form.*?<\/form>/s.exec(page.text) ?? [];
  const action = /action="([^"]*)"/.exec(form)?.[1] ?? '';
  const hidden = [...form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  return browser.walk(new URL(action, page.url).href, { ...Object.fromEntries(hidden), ...typed });
}

describe('the local stack, from the printed line to a token', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gk stack '));
  let stack: StartedStack;

  async function start(): Promise<void> {
    stack = new StartedStack(folder);
    await stack.isReady();
  }
  beforeAll(async () => {
    chmodSync(folder, 0o711);
    await start();
  }, startWithinMs);
  afterAll(async () => {
    const { dataDir } = stack.file.postgres;
    await stack.end('SIGTERM');
    if (dataDir.startsWith('/var/tmp/grantkeeper-')) rmSync(dirname(dataDir), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }, startWithinMs);

  it('asks for consent first, and after it answers with a token that the provider knows', async () => {
    const asked = await stack.ask();
    expect(asked.status).toBe('consent_required');
    const [ada] = stack.file.demoProvider.users;
    const browser = new PageWalker('no client of our own');
    const signIn = await submit(browser, await browser.walk(asked.signInUrl));
    const consent = await submit(browser, signIn, { login: ada?.login ?? '', password: ada?.password ?? '' });
    const confirmation = await submit(browser, consent);
    expect(confirmation.text).toContain(ada?.email);
    await submit(browser, confirmation);
    const ready = await poll(async () => {
      const answer = await stack.ask();
      return answer.status === 'ready' && answer;
    }, 20_000);
    const userinfo = await fetch(stack.file.demoProvider.userinfoUrl, { headers: ready ? ready.request.headers : {} });
    expect(await userinfo.json()).toMatchObject({ sub: 'ada' });
  }, 60_000);

  it('starts a part again that was killed', async () => {
    const { worker = 0 } = stack.file.pids;
    process.kill(worker, 'SIGKILL');
    expect(await poll(() => stack.file.pids.worker !== worker, 30_000)).toBe(true);
    expect(stack.said).toContain('worker ended (signal SIGKILL); starting it again');
  }, 60_000);

  it('refuses a second stack on the same folder and leaves the first alone', async () => {
    const second = new StartedStack(folder);
    expect(await poll(() => second.exitCode !== null, startWithinMs)).toBe(true);
    expect(second.said).toContain('runs already');
    expect((await stack.ask()).status).toBe('ready');
  }, 60_000);

  it('goes on where it ended after it was killed itself: same address, same key, tokens still refreshed', async () => {
    const before = stack.file;
    await stack.end('SIGKILL');
    await start();
    const { apiUrl, runtimeKey, demoProfileId } = before;
    expect(stack.file).toMatchObject({ apiUrl, runtimeKey, demoProfileId });
    expect(isAlive(before.pids.api ?? 0)).toBe(false);
    const { tokenVersion } = await stack.ask();
    const next = await poll(async () => (await stack.ask()).tokenVersion > tokenVersion, 20_000); // tokens live two seconds
    expect(next).toBe(true);
  }, 90_000);

  it('stops every part on SIGTERM', async () => {
    const pids = Object.values(stack.file.pids);
    expect(await stack.end('SIGTERM')).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(stack.file.pids).toEqual({});
  }, 60_000);
});
