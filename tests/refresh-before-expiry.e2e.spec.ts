import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('refresh before expiry', () => {
  let system: System;
  const providers: ScriptedProvider[] = [];

  beforeAll(async () => {
    system = await startSystem({ worker: 2 });
  });
  afterAll(async () => {
    await system?.stop();
    for (const provider of providers) await provider.stop();
  });

  async function provided(accessTokenSeconds: number) {
    const provider = await startScriptedProvider({ mode: 'strict', accessTokenSeconds });
    providers.push(provider);
    return provider;
  }

  const refreshTokensSent = (provider: ScriptedProvider) =>
    provider.tokenRequests({ grantType: 'refresh_token' }).map(({ refreshToken }) => refreshToken);

  async function rowOf({ ready }: Pick<GivenGrant, 'ready'>) {
    const { rows } = await system.db.query<{ version: number; left: number; due: number | null }>(
      `SELECT version, extract(epoch FROM expires_at - now())::float8 AS left, extract(epoch FROM due_at - now())::float8 AS due FROM "grant" WHERE id = $1`,
      [ready.grantId],
    );
    return rows[0] as { version: number; left: number; due: number | null };
  }

  it('renews a token that nobody asks for before it ends, once for each token', async () => {
    const provider = await provided(20);
    const grant = await system.givenGrant(provider);

    await eventually(async () => expect(await rowOf(grant)).toMatchObject({ version: 3 }), { withinMs: 50_000, everyMs: 200 });

    expect((await rowOf(grant)).left).toBeGreaterThan(0);
    const sent = refreshTokensSent(provider);
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(2);
    const times = provider.tokenRequests().map(({ at }) => Number(at));
    for (const [index, time] of times.slice(1).entries()) {
      expect(time - (times[index] ?? 0)).toBeGreaterThan(9_000); // not before half the life
      expect(time - (times[index] ?? 0)).toBeLessThan(20_000); // not after its end
    }
  });

  it('leaves the grants of a disabled profile alone, and goes on when it is enabled', async () => {
    const provider = await provided(10);
    const grant = await system.givenGrant(provider);
    const bystander = await system.givenGrant(await provided(10));
    expect((await system.asOperator('POST', `/v1/profiles/${grant.profile.id}/disable`)).status).toBe(200);

    await eventually(async () => expect(await rowOf(bystander)).toMatchObject({ version: 3 }), {
      withinMs: 30_000,
      everyMs: 200,
    });
    expect(refreshTokensSent(provider)).toEqual([]);

    expect((await system.asOperator('POST', `/v1/profiles/${grant.profile.id}/enable`)).status).toBe(200);
    await eventually(async () => expect(await rowOf(grant)).toMatchObject({ version: 2 }), { withinMs: 15_000, everyMs: 200 });
    expect(refreshTokensSent(provider)).toHaveLength(1);
  });

  it('renews 100 grants whose tokens end in the same second, while readers of all of them never get an expired one', async () => {
    const provider = await provided(60);
    const profile = await system.givenProfile(provider);
    const { key } = await system.givenRuntimeKey(profile.assistantId);
    const users = Array.from({ length: 100 }, (_, index) => `crowd-${index}`);
    for (let from = 0; from < users.length; from += 20)
      await Promise.all(users.slice(from, from + 20).map((user) => system.givenGrant(provider, { profile, key, user })));
    await system.db.query(
      `UPDATE "grant" SET expires_at = now() + interval '12 s', issued_at = now() - interval '48 s', due_at = now() WHERE profile_id = $1`,
      [profile.id],
    );
    const end = Date.now() + 12_000;

    let asked = 0;
    while (Date.now() < end + 1_000) {
      await Promise.all(
        users.map(async (user) => {
          const at = Date.now();
          const { body, text } = await system.askToken({ profile: profile.id, user }, key);
          if (body.status !== 'ready') throw new Error(text);
          expect(Date.parse(body.expiresAt ?? '')).toBeGreaterThan(at);
          asked += 1;
        }),
      );
    }

    expect(asked).toBeGreaterThanOrEqual(200);
    const { rows } = await system.db.query(
      `SELECT version, count(*)::int AS count FROM "grant" WHERE profile_id = $1 AND expires_at > now() + interval '20 s' GROUP BY version`,
      [profile.id],
    );
    expect(rows).toEqual([{ version: 2, count: 100 }]);
    const sent = refreshTokensSent(provider);
    expect(sent).toHaveLength(new Set(sent).size); // each refresh token once
  });
});
