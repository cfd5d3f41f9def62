import 'reflect-metadata';
import { createLogger } from '@grantkeeper/platform/observability/logger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from './application.js';
import { ApiConfig, InvalidSettings, RefusedToStart } from './config.js';
import { exposeMetrics } from './expose-metrics.js';
import { Logger } from './http/logger.js';

const drainMs = 25_000;

async function main(): Promise<void> {
  const config = ApiConfig.read(process.env);
  const app = await createApplication(config);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(app));
  await app.listen(config.listen.port, config.listen.host ?? '0.0.0.0');
  const metricsPort = await exposeMetrics(app, config);
  const address = app.getHttpServer().address() as { port: number };
  app.get(Logger).info({ port: address.port, metricsPort }, 'listening');
}

/** No new requests; those under way get their answers; then the connections close. */
async function stop(app: NestFastifyApplication): Promise<void> {
  const late = setTimeout(() => process.exit(0), drainMs);
  await app.close();
  clearTimeout(late);
  process.exit(0);
}

main().catch((error: unknown) => {
  if (error instanceof InvalidSettings || error instanceof RefusedToStart) process.stderr.write(`${error.message}\n`);
  else createLogger('api').fatal({ err: error }, 'not started');
  process.exit(1);
});
