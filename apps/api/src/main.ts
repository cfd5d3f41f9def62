import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '@grantkeeper/platform/observability/logger';
import { forgetStart } from '@grantkeeper/platform/process/forget-start';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from './application.js';
import { ApiConfig, InvalidSettings, RefusedToStart } from './config.js';
import { exposeMetrics } from './expose-metrics.js';
import { Logger } from './http/logger.js';
import { Readiness } from './http/readiness.js';

const drainMs = 25_000;

async function main(): Promise<void> {
  const config = ApiConfig.read(process.env);
  const app = await createApplication(config);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(app, config.drainSeconds));
  await forgetStart(); // before anybody waits
  await app.listen(config.listen.port, config.listen.host ?? '0.0.0.0');
  const metricsPort = await exposeMetrics(app, config);
  const address = app.getHttpServer().address() as { port: number };
  app.get(Logger).info({ port: address.port, metricsPort }, 'listening');
}

/** Load balancers are told and given time; then no new requests, those under way get their answers, and the connections close. */
async function stop(app: NestFastifyApplication, drainSeconds: number): Promise<void> {
  const late = setTimeout(() => process.exit(0), drainMs);
  app.get(Readiness).drain();
  await pause(drainSeconds * 1_000);
  await app.close();
  clearTimeout(late);
  process.exit(0);
}

main().catch((error: unknown) => {
  if (error instanceof InvalidSettings || error instanceof RefusedToStart) process.stderr.write(`${error.message}\n`);
  else createLogger('api').fatal({ err: error }, 'not started');
  process.exit(1);
});
