import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { killAt } from './faults/kills.js';
import { eventually } from './support/eventually.js';
import { type PreparedConsent, prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, type SystemOptions, startSystem } from './support/system.js';

let system: System;
let provider: ScriptedProvider;

beforeEach(async () => {
  provider = await startScriptedProvider({ mode: 'strict' });
});
afterEach(async () => {
  await system.stop();
  await provider.stop();
}, 180_000);

async function given(options: SystemOptions): Promise<PreparedConsent> {
  system = await startSystem(options);
  const profile = await system.givenProfile(provider);
  const { key } = await system.givenRuntimeKey();
  return prepareConsent(system, provider, { profile: profile.id, key });
}

function processes() {
  const [api, worker] = [system.apis[0], system.workers[0]];
  if (!api || !worker) throw new Error('this system has no api or no worker');
  return { api, worker };
}

async function eventuallyConsented(consent: PreparedConsent, api = 0, withinMs = 10_000): Promise<void> {
  await eventually(async () => expect((await consent.outcome(api)).status).toBe('consented'), { withinMs });
}

describe('a worker asked to end', () => {
  it('waits for the provider first: the consent is given before it ends with code 0', async () => {
    const consent = await given({});
    provider.latency(2_000);
    const page = consent.deliver();
    await eventually(() => expect(provider.tokenRequests()).toHaveLength(1), { everyMs: 10 });

    const exit = await processes().worker.stop();

    expect(exit).toEqual({ code: 0, signal: null });
    expect((await consent.outcome()).status).toBe('consented');
    expect((await page).status).toBe(200);
    expect(provider.tokenRequests()).toHaveLength(1);
  }, 30_000);
});

describe('a job on its way to the queue', () => {
  it('is queued by the relay when the api dies between commit and publish', async () => {
    const consent = await given({ api: 2, failPoints: { 'api-1': 'api.after-commit:kill' } });
    const answered = consent.deliver().catch(() => 'died');

    expect((await processes().api.exited()).signal).toBe('SIGKILL');
    expect(await answered).toBe('died');
    await eventuallyConsented(consent, 1, 5_000);
    expect(provider.tokenRequests({ code: consent.code })).toHaveLength(1);
  }, 30_000);

  it('has one effect when a relay dies between publish and mark, so that another queues it again', async () => {
    const consent = await given({ api: 2, failPoints: { 'api-1': 'api.after-commit:kill' } });
    const { api, worker } = processes();
    await worker.stop();
    await killAt(worker, 'relay.after-publish', () => void consent.deliver().catch(() => {}));
    expect((await api.exited()).signal).toBe('SIGKILL');
    const unmarked = 'SELECT id FROM job WHERE queued_at IS NULL';
    expect((await system.db.query(unmarked)).rowCount).toBe(1);

    await worker.start();

    await eventually(async () => expect((await system.db.query(unmarked)).rowCount).toBe(0));
    await eventuallyConsented(consent, 1);
    expect(provider.tokenRequests({ code: consent.code })).toHaveLength(1);
  }, 180_000);
});

describe('a worker that freezes between mark and first byte', () => {
  it('loses its job to another worker, which sends nothing; thawed, it has missed its deadline and the code is sent once, later', async () => {
    const consent = await given({ worker: 2 });
    const [frozen, other] = system.workers;
    if (!frozen || !other) throw new Error('two workers were asked for');
    await Promise.all([frozen.stop(), other.stop()]);
    await frozen.start({ failPoint: 'exchange.after-mark:stop' });
    const page = consent.deliver();
    await frozen.reached('exchange.after-mark');
    await other.start();

    const { rows } = await system.db.query<{ id: string }>(`SELECT id FROM job WHERE name = 'authorizations.exchange'`);
    const lostJob = (json: Readonly<Record<string, unknown>> | null) =>
      json?.msg === 'job done' && json.jobId === `job-${rows[0]?.id}`;
    await eventually(
      async () => {
        // The queue may take longer to miss its worker than a mark lives: the mark is kept young meanwhile.
        await system.db.query(`UPDATE "authorization" SET sent_at = now() WHERE state = 'exchanging'`);
        expect(other.log.lines.some(({ json }) => lostJob(json))).toBe(true);
      },
      { withinMs: 90_000, everyMs: 250 },
    );
    expect((await consent.outcome()).status).toBe('exchanging');
    expect(provider.tokenRequests()).toHaveLength(0);
    frozen.thaw();

    await eventuallyConsented(consent);
    expect(provider.tokenRequests({ code: consent.code })).toHaveLength(1);
    expect((await page).status).toBe(200);
  }, 180_000);
});
