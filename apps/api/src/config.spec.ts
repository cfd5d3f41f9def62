import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ApiConfig, InvalidSettings } from './config.js';

const ring = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const enough = { DATABASE_URL: 'postgres://gk:canary@db/gk', PUBLIC_URL: 'https://grants.example.com', KEY_RING: ring };
const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    ApiConfig.read(env);
    return [];
  } catch (error) {
    return (error as InvalidSettings).problems;
  }
};

describe('the settings', () => {
  it('that are missing are all named at once, empty ones too', () => {
    expect(problemsOf({ KEY_RING: '' })).toEqual(['DATABASE_URL is missing', 'PUBLIC_URL is missing', 'KEY_RING is missing']);
  });

  it('that are wrong are all named at once, without their values', () => {
    const problems = problemsOf({
      ...enough,
      KEY_RING: 'k1:canary',
      PORT: '70000',
      OUTBOUND_ALLOW: 'canary',
      LOG_LEVEL: 'loud',
      FIRST_OPERATOR_PASSWORD: 'canary',
    });
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toEqual([
      'PORT',
      'KEY_RING',
      'OUTBOUND_ALLOW',
      'LOG_LEVEL',
      'FIRST_OPERATOR_PASSWORD',
    ]);
    expect(problems.filter((problem) => !problem.startsWith('OUTBOUND_ALLOW')).join()).not.toContain('canary');
  });

  it('show no secret when they are printed', () => {
    const config = ApiConfig.read({ ...enough, REDIS_URL: 'redis://:canary@r', FIRST_OPERATOR_PASSWORD: 'canary canary' });
    expect(inspect(config, { depth: 3 })).not.toContain('canary');
    expect(JSON.stringify({ ...config, keyRing: null })).not.toContain('canary');
    expect(config.databaseUrl.reveal()).toBe(enough.DATABASE_URL);
  });

  it('have defaults for what a small installation need not know', () => {
    const config = ApiConfig.read(enough);
    expect(config).toMatchObject({
      redisUrl: null,
      queuePrefix: 'gk',
      trustProxy: false,
      listen: { port: 4000 },
      metricsPort: null,
      firstOperator: { email: 'admin@localhost', password: null },
    });
  });
});

describe('PUBLIC_URL', () => {
  it.each([
    ['https://grants.example.com', 'https://grants.example.com'],
    ['https://Grants.Example.com/', 'https://grants.example.com'],
    ['http://localhost:4000', 'http://localhost:4000'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
  ])('%s is %s', (given, origin) => expect(ApiConfig.read({ ...enough, PUBLIC_URL: given }).publicUrl).toBe(origin));

  it.each([
    'http://grants.example.com',
    'http://localhost.example.com',
    'https://grants.example.com/path',
    'https://grants.example.com?x',
    'https://grants.example.com#x',
    'https://user@grants.example.com',
    'grants.example.com',
    'ftp://grants.example.com',
  ])('is never %s', (given) => expect(problemsOf({ ...enough, PUBLIC_URL: given })).toHaveLength(1));

  it('decides whether cookies are Secure', () => {
    expect(ApiConfig.read(enough).secureCookies).toBe(true);
    expect(ApiConfig.read({ ...enough, PUBLIC_URL: 'http://localhost:4000' }).secureCookies).toBe(false);
  });
});
