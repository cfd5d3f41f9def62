import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { ageToken } from './support/token-age.js';

const mebibyte = 1024 * 1024;

describe('an answer far over the limit', () => {
  let system: System;
  let provider: ScriptedProvider;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system?.stop());
  // Each its own: a provider that fails five times in a row would be left alone.
  beforeEach(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
  });
  afterEach(() => provider.stop());

  /** A refresh that is answered so; the old token is still good. */
  async function refreshAnswered(answer: 'huge' | 'gzip-bomb' | 500): Promise<string | null> {
    const { profile, user, key, ready } = await system.givenGrant(provider);
    await ageToken(system, ready.grantId, 300);
    provider.answerNextToken(answer, 1, 'refresh_token');
    const { body } = await system.askToken({ profile: profile.id, user, minTtlSeconds: 600 }, key);
    expect(body).toMatchObject({ status: 'ready', accessToken: ready.accessToken });
    const grant = await system.api<{ lastFailure: string | null }>('GET', `/v1/grants/${ready.grantId}`, { token: key });
    return grant.body.lastFailure;
  }

  it.each(['huge', 'gzip-bomb'] as const)('is given up long before it is in memory: %s', async (answer) => {
    const pid = system.workers[0]?.pid ?? 0;
    await refreshAnswered(500);
    forgetPeak(pid);
    const before = peakBytes(pid);

    for (let times = 0; times < 3; times += 1) expect(await refreshAnswered(answer)).toBe('unreadable_too_large');

    expect((peakBytes(pid) - before) / mebibyte).toBeLessThan(32); // the answer has 64
  });
});

// Only Linux tells a process's peak (proc(5)); elsewhere the spec shows how the answer is classed, and no more.
const tellsPeaks = existsSync('/proc/self/clear_refs');

function forgetPeak(pid: number): void {
  if (tellsPeaks) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most memory that a process has held since. */
function peakBytes(pid: number): number {
  if (!tellsPeaks) return 0;
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
