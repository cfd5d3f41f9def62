import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { SecretSearch } from './support/secret-search.js';
import { type System, startSystem } from './support/system.js';

const canary = `canary-${randomBytes(12).toString('hex')}`;
let base: string;
let spillDir: string;
let provider: ScriptedProvider;
let system: System;
let grant: GivenGrant;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'gk-spill-'));
  spillDir = join(base, 'spill');
  provider = await startScriptedProvider({ mode: 'strict', canary });
  system = await startSystem({ worker: 2, env: { SPILL_DIR: spillDir } });
  grant = await system.givenGrant(provider);
});
afterEach(async () => {
  await system.stop();
  await provider.stop();
  rmSync(base, { recursive: true, force: true });
}, 60_000);

const refreshes = () => provider.tokenRequests({ grantType: 'refresh_token' });
const makeDue = () => system.db.query('UPDATE "grant" SET due_at = now() WHERE id = $1', [grant.ready.grantId]);

function workers() {
  const [ending, other] = system.workers;
  if (!ending || !other) throw new Error('two workers were asked for');
  return { ending, other };
}

/** Lets nobody into the database, and cuts all but our own connection, until the returned function is called. */
async function lockOut(): Promise<() => Promise<void>> {
  const name = new URL(system.databaseUrl).pathname.slice(1);
  const own = (await system.db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  await asAdmin(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await asAdmin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> ${own}`);
  return () => asAdmin(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
}

async function asAdmin(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: process.env.GK_TEST_PG_URL });
  await admin.connect();
  await admin.query(statement).finally(() => admin.end());
}

describe('a worker that must end while the database is away', () => {
  it('leaves the answers it holds, sealed, to another worker: the tokens are good, and the provider was asked once', async () => {
    const { ending, other } = workers();
    await other.stop();
    const consent = await prepareConsent(system, provider, { profile: grant.profile.id, key: grant.key });
    const before = provider.tokenRequests().length;
    provider.latency(3_000);
    await makeDue();
    await eventually(() => expect(refreshes()).toHaveLength(1), { withinMs: 20_000, everyMs: 10 });
    const page = consent.deliver().catch(() => 'no page without a database');
    await eventually(() => expect(provider.tokenRequests()).toHaveLength(before + 2), { withinMs: 2_500, everyMs: 10 });
    const letIn = await lockOut();

    const exit = await ending.stop(40_000).finally(letIn);

    expect(exit).toEqual({ code: 0, signal: null });
    const files = readdirSync(spillDir);
    expect(files).toHaveLength(2);
    const search = new SecretSearch({ token: [canary], 'client secret': [provider.clientSecret], code: [consent.code] });
    for (const file of files) expect(search.in(file, readFileSync(join(spillDir, file)))).toEqual([]);

    provider.latency(0);
    await other.start();

    await eventually(() => expect(readdirSync(spillDir)).toEqual([]));
    await eventually(async () => expect((await consent.outcome()).status).toBe('consented'));
    await page;
    const asked = await system.askToken({ profile: grant.profile.id, user: grant.user }, grant.key);
    if (asked.body.status !== 'ready') throw new Error(`no token: ${asked.text}`);
    expect(asked.body.accessToken).not.toBe(grant.ready.accessToken);
    expect(provider.isAccessTokenAlive(asked.body.accessToken)).toBe(true);
    expect(provider.tokenRequests()).toHaveLength(before + 2);
  }, 120_000);
});

describe('a worker that could not spill', () => {
  it('says that it is not ready and sends nothing, until it can', async () => {
    const { ending: idle, other: worker } = workers();
    await idle.stop();
    const ready = async () => (await fetch(`${worker.url}/health/ready`)).json();
    rmSync(spillDir, { recursive: true });
    writeFileSync(spillDir, '');
    await eventually(async () => expect(await ready()).toMatchObject({ status: 'not ready', down: ['spill'] }), {
      withinMs: 20_000,
    });

    const seen = worker.log.lines.length;
    await makeDue();

    const hasRun = () =>
      worker.log.lines.slice(seen).some(({ json }) => json?.msg === 'job done' && String(json.job).startsWith('grants.refresh'));
    await eventually(() => expect(hasRun()).toBe(true), { withinMs: 20_000 });
    expect(refreshes()).toEqual([]);

    rmSync(spillDir);
    await eventually(async () => expect(await ready()).toMatchObject({ status: 'ready', down: [] }), { withinMs: 20_000 });
    await eventually(() => expect(refreshes()).toHaveLength(1), { withinMs: 20_000 });
  }, 120_000);
});
