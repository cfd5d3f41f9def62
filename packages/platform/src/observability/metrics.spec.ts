import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { measure } from './measure.js';
import { counters, type Definition, gauges, histograms, Metrics } from './metrics.js';
import { observe } from './observations.js';

const all: Definition[] = [...Object.values(counters), ...Object.values(histograms), ...Object.values(gauges)];
let stop = () => {};
afterEach(() => stop());

function measured(process: 'api' | 'worker'): Metrics {
  const metrics = new Metrics(process);
  stop = measure(metrics);
  return metrics;
}
const figure = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
};

describe('the figures', () => {
  it('have labels of few values only: never a user, grant, profile, assistant or URL', () => {
    const allowed = ['method', 'route', 'status', 'job', 'outcome', 'kind', 'provider', 'result', 'pool', 'state'];
    expect(all.flatMap(({ labels }) => labels).filter((label) => !allowed.includes(label))).toEqual([]);
    expect(all.filter(({ labels }) => labels.includes('provider')).map(({ name }) => name)).toEqual([
      'grantkeeper_flights_total',
      'grantkeeper_refreshes_deferred_total',
      'grantkeeper_provider_in_flight',
      'grantkeeper_provider_rate_limit',
      'grantkeeper_provider_breaker_open',
    ]);
  });

  it('name a hundred providers, and all that come later "other"', async () => {
    const metrics = measured('worker');
    for (let n = 0; n < 150; n += 1)
      observe('flight.settled', { kind: 'refresh', outcome: 'tokens', provider: `idp-${n}.example` });
    observe('flight.settled', { kind: 'refresh', outcome: 'tokens', provider: 'idp-7.example' });
    const text = await metrics.text();
    const series = (provider: string) => `grantkeeper_flights_total{kind="refresh",outcome="tokens",provider="${provider}"}`;
    expect(figure(text, series('idp-7.example'))).toBe(2);
    expect(figure(text, series('idp-100.example'))).toBeUndefined();
    expect(figure(text, series('other'))).toBe(50);
  });

  it('are those of the process alone: a worker has none of the api’s', async () => {
    const metrics = measured('worker');
    observe('http.answered', { method: 'GET', route: '/x', status: 200, seconds: 1 });
    observe('job.ended', { job: 'grants.refresh', outcome: 'done', seconds: 0.2 });
    const text = await metrics.text();
    expect(text).not.toContain('grantkeeper_http');
    expect(figure(text, 'grantkeeper_job_duration_seconds_bucket{le="0.25",job="grants.refresh"}')).toBe(1);
    expect(() => metrics.ask('waiters', () => [])).toThrow('not a figure of the worker');
  });

  it('leave out what cannot be read, and tell all else', async () => {
    const metrics = measured('worker');
    let isAway = true;
    metrics.ask('refreshesDue', async () => {
      if (isAway) throw new Error('the database is away');
      return [{ value: 7 }];
    });
    metrics.ask('jobsInLine', () => [{ value: 3 }]);
    const away = await metrics.text();
    expect([figure(away, 'grantkeeper_refreshes_due'), figure(away, 'grantkeeper_jobs_in_line')]).toEqual([undefined, 3]);
    isAway = false;
    expect(figure(await metrics.text(), 'grantkeeper_refreshes_due')).toBe(7);
    isAway = true;
    expect(figure(await metrics.text(), 'grantkeeper_refreshes_due')).toBeUndefined();
  });

  it('are counted no more once measuring has stopped', async () => {
    const metrics = measured('api');
    observe('token.answered', { status: 'ready' });
    stop();
    observe('token.answered', { status: 'ready' });
    expect(figure(await metrics.text(), 'grantkeeper_token_answers_total{status="ready"}')).toBe(1);
  });

  it('stand in docs/operations/metrics.md, each with its labels, process and meaning', () => {
    const page = readFileSync(new URL('../../../../docs/operations/metrics.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(grantkeeper_[a-z_]+)` \|.*$/gm)].map(([row]) => row);
    const types = [
      ...Object.values(counters).map((one) => ({ ...one, type: 'counter' })),
      ...Object.values(histograms).map((one) => ({ ...one, type: 'histogram' })),
      ...Object.values(gauges).map((one) => ({ ...one, type: 'gauge' })),
    ];
    expect(rows).toEqual(
      types.map(
        ({ name, type, of, labels, help }) => `| \`${name}\` | ${type} | ${of} | ${labels.join(', ') || '–'} | ${help} |`,
      ),
    );
  });
});
