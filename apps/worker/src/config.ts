import { Secret } from '@grantkeeper/core/kernel/secret';
import { withSecretFiles } from '@grantkeeper/platform/settings/secret-files';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const environment = z.object({
  DATABASE_URL: z.string().min(1),
  REDIS_URL: z.string().min(1).optional(),
  KEY_RING: z.string().min(1),
  OUTBOUND_ALLOW: z.string().default(''),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .default('gk'),
  HEALTH_PORT: port.optional(),
  METRICS_PORT: port.optional(),
  SPILL_DIR: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** The worker's settings. */
export class WorkerConfig {
  readonly databaseUrl: Secret;
  readonly redisUrl: Secret | null;
  readonly keyRing: Secret;
  readonly outboundAllow: string;
  readonly queuePrefix: string;
  /** Null: no health server. */
  readonly healthPort: number | null;
  /** Null: no metrics. */
  readonly metricsPort: number | null;
  /** Null: an answer that the database does not take before the worker must end is lost. */
  readonly spillDir: string | null;
  readonly logLevel: string;

  /** Reads the environment, where an empty variable counts as not given; throws one error that names every missing or wrong variable. */
  constructor(env: Record<string, string | undefined>) {
    const { env: complete, problems } = withSecretFiles(env);
    const read = environment.safeParse(Object.fromEntries(Object.entries(complete).filter(([, value]) => value !== '')));
    if (!read.success || problems.length > 0) {
      const wrong = [
        ...problems.map((problem) => `  ${problem}`),
        ...(read.error?.issues ?? []).map(({ path, message }) => `  ${path.join('.')}: ${message}`),
      ];
      throw new Error(`The worker's settings are incomplete:\n${wrong.join('\n')}`);
    }
    this.databaseUrl = new Secret(read.data.DATABASE_URL);
    this.redisUrl = read.data.REDIS_URL === undefined ? null : new Secret(read.data.REDIS_URL);
    this.keyRing = new Secret(read.data.KEY_RING);
    this.outboundAllow = read.data.OUTBOUND_ALLOW;
    this.queuePrefix = read.data.QUEUE_PREFIX;
    this.healthPort = read.data.HEALTH_PORT ?? null;
    this.metricsPort = read.data.METRICS_PORT ?? null;
    this.spillDir = read.data.SPILL_DIR ?? null;
    this.logLevel = read.data.LOG_LEVEL;
  }
}
