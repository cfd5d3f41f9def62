import { randomBytes } from 'node:crypto';

import type { ProcessSetup } from './managed-process.js';
import { claimPorts } from './ports.js';

/** What every process of one system under test shares. */
export interface SharedSettings {
  databaseUrl: string;
  redisUrl: string | null;
  outboundAllow: readonly string[];
  extra: Readonly<Record<string, string>>;
  /** What only the one kind of process is told. */
  apiExtra?: Readonly<Record<string, string>>;
  workerExtra?: Readonly<Record<string, string>>;
  operator: { email: string; password: string };
}

export interface SystemSetup {
  publicUrl: string;
  queuePrefix: string;
  keyRing: string;
  apis: ProcessSetup[];
  workers: ProcessSetup[];
}

/** Settings and ports of all processes; the first api's address is the public one. */
export async function setUp(shared: SharedSettings, counts: { api: number; worker: number }): Promise<SystemSetup> {
  const ports = await claimPorts(counts.api + counts.worker);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const publicUrl = urls[0] ?? 'http://127.0.0.1:1';
  const queuePrefix = `gkt${randomBytes(6).toString('hex')}`;
  const keyRing = `test:${randomBytes(32).toString('base64')}`;
  const common: Record<string, string> = {
    NODE_ENV: 'production',
    DATABASE_URL: shared.databaseUrl,
    ...(shared.redisUrl === null ? {} : { REDIS_URL: shared.redisUrl }),
    PUBLIC_URL: publicUrl,
    QUEUE_PREFIX: queuePrefix,
    KEY_RING: keyRing,
    OUTBOUND_ALLOW: shared.outboundAllow.join(','),
    LOG_LEVEL: 'debug',
  };
  const operator = { FIRST_OPERATOR_EMAIL: shared.operator.email, FIRST_OPERATOR_PASSWORD: shared.operator.password };
  const apis = urls.slice(0, counts.api).map((url, index) => ({
    name: `api-${index + 1}`,
    program: 'apps/api/dist/main.js',
    env: { ...common, ...operator, PORT: new URL(url).port, ...shared.extra, ...shared.apiExtra },
    readyMessage: 'listening',
    url,
  }));
  const workers = urls.slice(counts.api).map((url, index) => ({
    name: `worker-${index + 1}`,
    program: 'apps/worker/dist/main.js',
    env: { ...common, HEALTH_PORT: new URL(url).port, ...shared.extra, ...shared.workerExtra },
    readyMessage: 'ready',
    url,
  }));
  return { publicUrl, queuePrefix, keyRing, apis, workers };
}
