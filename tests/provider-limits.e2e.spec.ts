import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const crowd = 50;

describe('the limits of a provider', () => {
  let system: System;
  let provider: ScriptedProvider;
  let profileId: string;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem({ worker: 2, env: { METRICS_PORT: '0' } });
    const profile = await system.givenProfile(provider, { advanced: { limits: { inFlight: 5 } } });
    const { key } = await system.givenRuntimeKey(profile.assistantId);
    profileId = profile.id;
    const users = Array.from({ length: crowd }, (_, index) => `crowd-${index}`);
    for (let from = 0; from < users.length; from += 10)
      await Promise.all(users.slice(from, from + 10).map((user) => system.givenGrant(provider, { profile, key, user })));
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const allDue = () =>
    system.db.query(`UPDATE "grant" SET due_at = now(), queued_until = NULL WHERE profile_id = $1`, [profileId]);
  const standing = async () =>
    (
      await system.db.query(
        `SELECT version, status, count(*)::int AS count FROM "grant" WHERE profile_id = $1 AND due_at > now() + interval '5 minutes' GROUP BY 1, 2`,
        [profileId],
      )
    ).rows;
  const rates = async (): Promise<(number | null)[]> => {
    const ports = ['worker-1', 'worker-2'].map(
      (name) =>
        system.logs.find(({ process, json }) => process === name && typeof json?.metricsPort === 'number')?.json?.metricsPort,
    );
    const texts = await Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()));
    return texts.map((text) => {
      const told = /grantkeeper_provider_rate_limit\{[^}]*\} ([\d.]+)/.exec(text)?.[1];
      return told === undefined ? null : Number(told);
    });
  };

  it('on requests at once are kept by two workers together, by the provider’s own count', async () => {
    provider.load.peak = 0;
    provider.latency(50);
    await allDue();
    await eventually(async () => expect(await standing()).toEqual([{ version: 2, status: 'active', count: crowd }]), {
      withinMs: 15_000,
    });
    expect(provider.load.peak).toBeLessThanOrEqual(5);
    expect(provider.load.peak).toBeGreaterThan(2); // both have taken part
  });

  it('in a second are learned from a 429 by both workers; nothing is lost by it', async () => {
    provider.latency(0);
    provider.load.perSecond = 10; // a worker that sees no more than two such seconds, and takes the other's for as many, learns less than 40
    await allDue();
    await eventually(async () => expect((await rates()).every((rate) => rate !== null && rate < 40)).toBe(true));
    await eventually(async () => expect(await standing()).toEqual([{ version: 3, status: 'active', count: crowd }]), {
      withinMs: 20_000,
    });
    expect(provider.load.refused).toBeLessThan(15);
    const sent = provider.tokenRequests({ grantType: 'refresh_token' }).filter(({ answered }) => answered?.status === 200);
    expect(new Set(sent.map(({ refreshToken }) => refreshToken)).size).toBe(2 * crowd); // each refresh token was taken once
    expect(sent).toHaveLength(2 * crowd);
  });
});
