import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { SecretSearch } from './support/secret-search.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

const canary = `canary-${randomBytes(12).toString('hex')}`;

/** One scrape: each series (as it is written) with its value. */
class Scrape {
  constructor(readonly text: string) {}

  value(series: string): number {
    const line = this.text.split('\n').find((one) => one.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1) ?? 0);
  }
}

describe('the figures on METRICS_PORT', () => {
  let system: System;
  let provider: ScriptedProvider;
  let host: string;
  const secrets: Record<string, string[]> = { 'client secret, code or token': [canary] };

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict', canary });
    system = await startSystem({ env: { METRICS_PORT: '0' } });
    host = new URL(provider.tokenUrl).host;
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const urlOf = (name: string): string => {
    const ready = system.logs.find(({ process, json }) => process === name && typeof json?.metricsPort === 'number');
    return `http://127.0.0.1:${ready?.json?.metricsPort}`;
  };
  const scrape = async (name: string): Promise<Scrape> => {
    const answer = await fetch(`${urlOf(name)}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    return new Scrape(await answer.text());
  };

  it('move with a consent, a refresh and a failed refresh, in the process that did each', async () => {
    const given = await system.givenGrant(provider);
    const ask = () => system.askToken({ profile: given.profile.id, user: given.user }, given.key);
    await expireToken(system, given.ready.grantId);
    expect((await ask()).body).toMatchObject({ status: 'ready', tokenVersion: 2 });
    await expireToken(system, given.ready.grantId);
    provider.answerNextToken({ status: 500, body: {} }, 1, 'refresh_token');
    expect((await ask()).status).toBe(503);
    secrets['runtime key'] = [given.key];
    secrets['ids and users'] = [given.ready.grantId, given.profile.id, given.profile.assistantId, given.user];

    const api = await scrape('api-1');
    expect(api.value('grantkeeper_http_requests_total{method="POST",route="/v1/token",status="503"}')).toBe(1);
    expect(api.value('grantkeeper_token_answers_total{status="ready"}')).toBe(2);
    expect(api.value('grantkeeper_token_answers_total{status="consent_required"}')).toBe(1);
    expect(api.value('grantkeeper_token_read_batch_size_count')).toBeGreaterThanOrEqual(4);
    expect(api.value('grantkeeper_http_request_duration_seconds_count{route="/v1/token"}')).toBe(4);
    expect(api.value('grantkeeper_database_connections{pool="sql",state="idle"}')).toBeGreaterThan(0);
    expect(api.value('grantkeeper_queue_away')).toBe(0);
    expect(api.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(api.text).toContain('grantkeeper_waiters 0');

    await eventually(async () => {
      const worker = await scrape('worker-1');
      expect(worker.value(`grantkeeper_flights_total{kind="exchange",outcome="tokens",provider="${host}"}`)).toBe(1);
      expect(worker.value(`grantkeeper_flights_total{kind="refresh",outcome="tokens",provider="${host}"}`)).toBe(1);
      expect(worker.value(`grantkeeper_flights_total{kind="refresh",outcome="transient",provider="${host}"}`)).toBe(1);
      expect(worker.value('grantkeeper_jobs_total{job="authorizations.exchange",outcome="done"}')).toBeGreaterThanOrEqual(1);
      expect(worker.value('grantkeeper_provider_calls_total{kind="grants.refresh",result="answered"}')).toBe(2);
      expect(worker.value('grantkeeper_refresh_lag_seconds_count')).toBe(2);
      expect(worker.text).toContain('grantkeeper_answers_held 0');
      expect(worker.text).toContain('grantkeeper_revocations_pending 0');
    });
  });

  it('show what waits in PostgreSQL, at most 5 seconds old', async () => {
    const { ready } = await system.givenGrant(provider);
    await system.db.query(
      `UPDATE "grant" SET due_at = now() - interval '90 s', queued_until = now() + interval '1 hour' WHERE id = $1`,
      [ready.grantId],
    );
    await eventually(
      async () => {
        const worker = await scrape('worker-1');
        expect(worker.value('grantkeeper_refreshes_due')).toBe(1);
        expect(worker.value('grantkeeper_refresh_overdue_seconds')).toBeGreaterThan(89);
      },
      { withinMs: 15_000 },
    );
  });

  it('hold no secret, no id and no user', async () => {
    const search = new SecretSearch(secrets);
    for (const name of ['api-1', 'worker-1']) expect(search.in(name, (await scrape(name)).text)).toEqual([]);
  });

  it('are nowhere else: not on the port of the API or of the worker’s health, and that port serves nothing but them', async () => {
    for (const { url } of system.processes) expect((await fetch(`${url}/metrics`)).status).toBe(404);
    for (const name of ['api-1', 'worker-1']) {
      expect((await fetch(`${urlOf(name)}/health/ready`)).status).toBe(404);
      expect((await fetch(`${urlOf(name)}/metrics`, { method: 'POST' })).status).toBe(405);
    }
  });
});
