import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Definition {
  name: string;
  help: string;
  labels: readonly string[];
  of: 'api' | 'worker' | 'both';
}

export const counters = {
  httpRequests: {
    name: 'grantkeeper_http_requests_total',
    help: 'Requests answered. The route is a pattern; "(none)" where no route was found.',
    labels: ['method', 'route', 'status'],
    of: 'api',
  },
  tokenAnswers: {
    name: 'grantkeeper_token_answers_total',
    help: 'Answers of POST /v1/token with status 200, by what they say. Failures are in grantkeeper_http_requests_total.',
    labels: ['status'],
    of: 'api',
  },
  jobs: {
    name: 'grantkeeper_jobs_total',
    help: 'Jobs run to their end. "failed" is an unexpected failure: what it was about is still due.',
    labels: ['job', 'outcome'],
    of: 'worker',
  },
  flights: {
    name: 'grantkeeper_flights_total',
    help: 'Exchanges and refreshes whose outcome is stored, by outcome class and provider host (100 hosts, then "other").',
    labels: ['kind', 'outcome', 'provider'],
    of: 'worker',
  },
  refreshesDeferred: {
    name: 'grantkeeper_refreshes_deferred_total',
    help: 'Refreshes that came to a worker and were put off by the gate of their provider: busy, rate_limited or breaker_open.',
    labels: ['outcome', 'provider'],
    of: 'worker',
  },
  providerCalls: {
    name: 'grantkeeper_provider_calls_total',
    help: 'Calls to providers, by what they were for and how they ended: answered (whatever the status), not_sent, no_answer, unreadable.',
    labels: ['kind', 'result'],
    of: 'both',
  },
} as const satisfies Record<string, Definition>;

const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 15, 60];
const callBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const histograms = {
  httpSeconds: {
    name: 'grantkeeper_http_request_duration_seconds',
    help: 'Time to answer, waiting for a consent or refresh included.',
    labels: ['route'],
    of: 'api',
    buckets: requestBuckets,
  },
  tokenReadBatch: {
    name: 'grantkeeper_token_read_batch_size',
    help: 'Asks for a token that one statement has answered.',
    labels: [],
    of: 'api',
    buckets: [1, 2, 5, 10, 20, 50, 100],
  },
  jobSeconds: {
    name: 'grantkeeper_job_duration_seconds',
    help: 'Time that a job has run.',
    labels: ['job'],
    of: 'worker',
    buckets: callBuckets,
  },
  refreshLag: {
    name: 'grantkeeper_refresh_lag_seconds',
    help: 'From the instant when a refresh was due to its mark.',
    labels: [],
    of: 'worker',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  },
  providerSeconds: {
    name: 'grantkeeper_provider_call_duration_seconds',
    help: 'Time to connect plus time from the request to the end of its answer or of the waiting.',
    labels: ['kind'],
    of: 'both',
    buckets: callBuckets,
  },
} as const satisfies Record<string, Definition & { buckets: readonly number[] }>;

export const gauges = {
  waiters: {
    name: 'grantkeeper_waiters',
    help: 'Requests that wait for a consent, a refresh or a revocation.',
    labels: [],
    of: 'api',
  },
  refreshesDue: {
    name: 'grantkeeper_refreshes_due',
    help: 'Refreshes of active profiles that are due now, counted up to 100 000.',
    labels: [],
    of: 'worker',
  },
  refreshOverdue: {
    name: 'grantkeeper_refresh_overdue_seconds',
    help: 'How long the refresh that has been due the longest has waited; 0 when none is due.',
    labels: [],
    of: 'worker',
  },
  jobsUnqueued: {
    name: 'grantkeeper_jobs_unqueued',
    help: 'Jobs that no queue has taken yet: the backlog of the relay, counted up to 100 000.',
    labels: [],
    of: 'worker',
  },
  revocationsPending: {
    name: 'grantkeeper_revocations_pending',
    help: 'Ended grants of which the provider has yet to be told, counted up to 100 000.',
    labels: [],
    of: 'worker',
  },
  answersHeld: {
    name: 'grantkeeper_answers_held',
    help: "Providers' answers held in memory until the database takes them.",
    labels: [],
    of: 'worker',
  },
  answersHeldSeconds: {
    name: 'grantkeeper_answers_held_oldest_seconds',
    help: 'How long the oldest of them has been held; 0 when there is none.',
    labels: [],
    of: 'worker',
  },
  jobsInLine: {
    name: 'grantkeeper_jobs_in_line',
    help: 'Jobs that stand in line in this process because the queue is away.',
    labels: [],
    of: 'worker',
  },
  providerInFlight: {
    name: 'grantkeeper_provider_in_flight',
    help: 'Token requests under way from this worker, by provider host.',
    labels: ['provider'],
    of: 'worker',
  },
  providerRate: {
    name: 'grantkeeper_provider_rate_limit',
    help: 'Token requests in a second that all workers together keep to, by the profile or taught by a 429; none where there is no limit.',
    labels: ['provider'],
    of: 'worker',
  },
  breakerOpen: {
    name: 'grantkeeper_provider_breaker_open',
    help: '1 while this worker takes the provider as down, 0.5 while one request tries whether it is back.',
    labels: ['provider'],
    of: 'worker',
  },
  projectionLag: {
    name: 'grantkeeper_projection_lag_seconds',
    help: 'How old the oldest event is that a projection has yet to look at, of the one that is behind the most.',
    labels: [],
    of: 'worker',
  },
  queueAway: { name: 'grantkeeper_queue_away', help: '1 while the queue does not answer.', labels: [], of: 'both' },
  databaseConnections: {
    name: 'grantkeeper_database_connections',
    help: 'Connections to PostgreSQL, by pool (sql, orm) and state (in_use, idle).',
    labels: ['pool', 'state'],
    of: 'both',
  },
  databaseWaiting: {
    name: 'grantkeeper_database_waiting',
    help: 'Callers that wait for a connection of the pool.',
    labels: ['pool'],
    of: 'both',
  },
} as const satisfies Record<string, Definition>;

type Labels<D extends Definition> = Record<D['labels'][number], string | number>;
export type Reading = { labels?: Record<string, string>; value: number };

/** The figures of one process. All names and labels stand above; docs/operations/metrics.md repeats them. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly counters = new Map<string, Counter>();
  private readonly histograms = new Map<string, Histogram>();

  constructor(private readonly process: 'api' | 'worker') {
    const registers = [this.registry];
    for (const [key, { name, help, labels, of }] of Object.entries(counters)) {
      if (this.isOurs(of)) this.counters.set(key, new Counter({ name, help, labelNames: labels, registers }));
    }
    for (const [key, { name, help, labels, of, buckets }] of Object.entries(histograms)) {
      if (this.isOurs(of))
        this.histograms.set(key, new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers }));
    }
  }

  count<K extends keyof typeof counters>(key: K, labels: Labels<(typeof counters)[K]>): void {
    this.counters.get(key)?.inc(labels);
  }

  time<K extends keyof typeof histograms>(key: K, labels: Labels<(typeof histograms)[K]>, value: number): void {
    this.histograms.get(key)?.observe(labels, value);
  }

  /** A gauge that is asked at every scrape. What cannot be read is left out, never told as 0. */
  ask<K extends keyof typeof gauges>(key: K, read: () => Reading[] | Promise<Reading[]>): void {
    const { name, help, labels, of }: Definition = gauges[key];
    if (!this.isOurs(of)) throw new Error(`${name} is not a figure of the ${this.process}`);
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      async collect() {
        const readings = await Promise.resolve(read()).catch((): Reading[] => []);
        this.reset();
        if (labels.length === 0) this.remove();
        for (const { labels: of = {}, value } of readings) this.set(of, value);
      },
    });
  }

  /** Figures of the process itself: memory, CPU, event loop delay, garbage collection, file handles. */
  includeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  private isOurs(of: Definition['of']): boolean {
    return of === 'both' || of === this.process;
  }
}
