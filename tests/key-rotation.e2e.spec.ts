import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdminOutcome, AdminRun } from './support/admin-cli.js';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const paceMs = 20;
const folder = mkdtempSync(join(tmpdir(), 'gk-ring-'));
const ringFile = join(folder, 'ring');
const [oldKey, newKey] = ['old', 'new'].map((id) => `${id}:${randomBytes(32).toString('base64')}`) as [string, string];
const setRing = (...keys: string[]): void => writeFileSync(ringFile, keys.join('\n'), { mode: 0o600 });
let system: System;
let provider: ScriptedProvider;
let grants: GivenGrant[];

beforeAll(async () => {
  setRing(oldKey);
  provider = await startScriptedProvider({ mode: 'strict' });
  system = await startSystem({ api: 2, worker: 1, env: { KEY_RING: `file:${ringFile}` } });
  const profile = await system.givenProfile(provider);
  const { key } = await system.givenRuntimeKey();
  grants = [];
  for (let index = 0; index < 20; index += 1) grants.push(await system.givenGrant(provider, { profile, key }));
}, 120_000);
afterAll(async () => {
  await system?.stop();
  await provider?.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

const admin = (...args: string[]): AdminRun =>
  new AdminRun(args, { DATABASE_URL: system.databaseUrl, KEY_RING: `file:${ringFile}` });

async function adminAnswer(...args: string[]): Promise<{ code: number | null; body: Record<string, never> }> {
  const { code, out, err } = await admin(...args, '--json').outcome();
  if (out === '') throw new Error(`grantkeeper-admin ${args.join(' ')} ended with ${code}: ${err}`);
  return { code, body: JSON.parse(out) };
}

/** Three readers and a refresher, at the apis that are not being restarted, at a pace that leaves the machine something. */
class Load {
  readonly failures: unknown[] = [];
  reads = 0;
  refreshes = 0;
  private away = -1;
  private readonly under = [0, 0];
  private going = true;
  private readonly loops = [0, 1, 2].map((lane) => this.read(lane)).concat(this.refresh());

  /** One process after another, as a rolling restart does it. */
  async restartAll(): Promise<void> {
    for (const [index, one] of [...system.apis, ...system.workers].entries()) {
      this.away = index < system.apis.length ? index : -1;
      await eventually(() => expect(this.under[this.away] ?? 0).toBe(0)); // as a proxy takes it out first
      expect(await one.stop()).toEqual({ code: 0, signal: null });
      await one.start();
    }
    this.away = -1;
  }

  async end(): Promise<void> {
    this.going = false;
    await Promise.all(this.loops);
  }

  private async ask<T>(work: (api: number) => Promise<T>): Promise<T> {
    const api = this.away === 0 ? 1 : 0;
    this.under[api] = (this.under[api] as number) + 1;
    return work(api).finally(() => (this.under[api] = (this.under[api] as number) - 1));
  }

  private async read(lane: number): Promise<void> {
    for (let turn = lane; this.going; turn += 3) {
      const { profile, user, key } = grants[turn % grants.length] as GivenGrant;
      const { status, body, text } = await this.ask((api) => system.askToken({ profile: profile.id, user }, key, api));
      if (status !== 200 || body.status !== 'ready') this.failures.push(text);
      this.reads += 1;
      await pause(paceMs);
    }
  }

  private async refresh(): Promise<void> {
    for (let turn = 0; this.going; turn += 1) {
      const { ready } = grants[turn % grants.length] as GivenGrant;
      const call = (api: number) =>
        system.api('POST', `/v1/grants/${ready.grantId}/refresh`, { token: system.operator.token, api });
      const { status, text } = await this.ask(call);
      if (status >= 400 && status !== 409) this.failures.push(text);
      this.refreshes += 1;
      await pause(paceMs);
    }
  }
}

async function expectNothingLost(): Promise<void> {
  for (const { profile, user, key, ready } of grants) {
    const { body } = await system.askToken(
      { profile: profile.id, user, refusedVersion: await versionOf(ready.grantId), waitSeconds: 20 },
      key,
    );
    expect(body).toMatchObject({ status: 'ready', grantId: ready.grantId });
    expect(body.status === 'ready' && provider.isAccessTokenAlive(body.accessToken)).toBe(true);
  }
  const sent = provider.tokenRequests({ grantType: 'refresh_token' }).map(({ refreshToken }) => refreshToken);
  expect(sent).toHaveLength(new Set(sent).size);
}

const versionOf = async (grantId: string): Promise<number> =>
  (await system.db.query<{ version: number }>('SELECT version FROM "grant" WHERE id = $1', [grantId])).rows[0]?.version ?? 0;

const secretsIn = ({ out, err }: AdminOutcome): boolean =>
  [oldKey, newKey].some((key) => (out + err).includes(key.slice(4, 20))) ||
  grants.some(({ ready }) => (out + err).includes(ready.accessToken));

describe('keys are rotated under reads and refreshes', () => {
  it('the master key, with every process restarted twice: no read fails, no refresh is lost, and the old key is needed no more', async () => {
    const load = new Load();
    setRing(newKey, oldKey);
    await load.restartAll();
    expect((await adminAnswer('keys', 'rewrap-data-keys')).body).toMatchObject({ ringKey: 'new', alreadyCurrent: 0 });
    setRing(newKey);
    await load.restartAll();
    await load.end();

    expect(load.failures).toEqual([]);
    expect(Math.min(load.reads, load.refreshes)).toBeGreaterThan(20);
    const { code, body } = await adminAnswer('keys', 'status');
    expect(code).toBe(0);
    expect(body.ringKeys).toEqual([{ id: 'new', inRing: true, current: true, dataKeys: 1 }]);
    await expectNothingLost();
  }, 240_000);

  it('the data keys, with the rewrap killed twice on the way: no read fails, no refresh is lost, nothing stays under the old one', async () => {
    const load = new Load();
    expect((await adminAnswer('keys', 'rotate-data-key', '--all')).body).toMatchObject({ rotated: [{ version: 2 }] });
    for (let kill = 0; kill < 2; kill += 1) {
      const run = admin('keys', 'rewrap', '--rate', '8');
      await run.printed(/processed, [1-9]/);
      const killed = await run.signal('SIGKILL');
      expect(killed.signal).toBe('SIGKILL');
      expect(secretsIn(killed)).toBe(false);
    }
    await load.restartAll(); // or five minutes: until then processes may seal under the key they know
    const { code, body } = await adminAnswer('keys', 'rewrap', '--rate', '100');
    expect(body).toMatchObject({ finished: true, failed: 0, remaining: 0 });
    expect(code).toBe(0);
    await load.end();

    expect(load.failures).toEqual([]);
    expect(Math.min(load.reads, load.refreshes)).toBeGreaterThan(20);
    const { sealed } = (await adminAnswer('keys', 'status')).body as unknown as { sealed: { version: number; table: string }[] };
    expect(new Set(sealed.map(({ version }) => version))).toEqual(new Set([2]));
    expect((await system.asOperator('GET', '/v1/audit/verification')).body).toMatchObject({ intact: true });
    await expectNothingLost();
  }, 240_000);
});

describe('grantkeeper-admin', () => {
  it('stops a rewrap at SIGTERM after the batch under way, and says that something is left', async () => {
    await adminAnswer('keys', 'rotate-data-key', '--all');
    const run = admin('keys', 'rewrap', '--rate', '4');
    await run.printed(/processed, [1-9]/);
    const stopped = await run.signal('SIGTERM');
    expect(stopped).toMatchObject({ code: 3, signal: null });
    expect(stopped.out).toMatch(/Stopped: .*Run it again/s);
  });

  it('names the key that KEY_RING lacks, in every command that needs it, and changes nothing', async () => {
    setRing(oldKey);
    for (const command of [
      ['keys', 'rewrap'],
      ['keys', 'rewrap-data-keys'],
      ['keys', 'rotate-data-key', '--all'],
    ]) {
      const refused = await admin(...command).outcome();
      expect(refused).toMatchObject({ code: 1, out: '' });
      expect(refused.err).toMatch(/nothing was changed: it lacks key "new"/);
      expect(secretsIn(refused)).toBe(false);
    }
    const status = await admin('keys', 'status').outcome();
    expect(status.code).toBe(1);
    expect(status.out).toMatch(/^new .*NOT IN KEY_RING/m);
    setRing(newKey);
  });
});
