import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { WorkerConfig } from './config.js';

const canary = 'canary-2b7d';
const least = { DATABASE_URL: `postgres://u:${canary}@db/gk`, KEY_RING: `k:${canary}` };

function problemsOf(env: Record<string, string | undefined>): string {
  try {
    new WorkerConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

describe('the worker’s settings', () => {
  it('need a database and a key ring, and default the rest', () => {
    const config = new WorkerConfig(least);
    expect(config).toMatchObject({ redisUrl: null, outboundAllow: '', queuePrefix: 'gk', healthPort: null, logLevel: 'info' });
    expect([config.metricsPort, config.spillDir]).toEqual([null, null]);
    expect(config.databaseUrl.reveal()).toBe(least.DATABASE_URL);
  });

  it('take what is given', () => {
    const config = new WorkerConfig({
      ...least,
      REDIS_URL: 'redis://r',
      QUEUE_PREFIX: 'team-1',
      HEALTH_PORT: '0',
      METRICS_PORT: '9464',
      SPILL_DIR: '/var/spill',
      LOG_LEVEL: 'debug',
      OUTBOUND_ALLOW: 'http://a',
    });
    expect(config).toMatchObject({ queuePrefix: 'team-1', healthPort: 0, metricsPort: 9464, logLevel: 'debug' });
    expect([config.outboundAllow, config.spillDir]).toEqual(['http://a', '/var/spill']);
    expect(config.redisUrl?.reveal()).toBe('redis://r');
  });

  it('that are empty count as not given, as compose files write them', () => {
    expect(
      new WorkerConfig({
        ...least,
        REDIS_URL: '',
        HEALTH_PORT: '',
        METRICS_PORT: '',
        SPILL_DIR: '',
        QUEUE_PREFIX: '',
        LOG_LEVEL: '',
        OUTBOUND_ALLOW: '',
      }),
    ).toMatchObject({
      redisUrl: null,
      healthPort: null,
      metricsPort: null,
      spillDir: null,
      queuePrefix: 'gk',
      logLevel: 'info',
    });
    expect(problemsOf({ DATABASE_URL: '', KEY_RING: '' })).toMatch(/DATABASE_URL[\s\S]*KEY_RING/);
  });

  it('are all named at once when they are missing or wrong, without what they hold', () => {
    const problems = problemsOf({
      REDIS_URL: 'redis://r',
      QUEUE_PREFIX: `a:${canary}`,
      HEALTH_PORT: `${canary}`,
      LOG_LEVEL: canary,
    });
    for (const name of ['DATABASE_URL', 'KEY_RING', 'QUEUE_PREFIX', 'HEALTH_PORT', 'LOG_LEVEL']) expect(problems).toContain(name);
    expect(problems).not.toContain('REDIS_URL');
    expect(problems).not.toContain(canary);
  });

  it('show no secret when they are printed', () => {
    const config = new WorkerConfig({ ...least, REDIS_URL: `redis://:${canary}@r` });
    expect(inspect(config, { depth: 5 })).not.toContain(canary);
    expect(JSON.stringify(config)).not.toContain(canary);
  });
});
