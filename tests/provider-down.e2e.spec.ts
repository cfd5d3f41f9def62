import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('a provider that is down', () => {
  let system: System;
  let bad: ScriptedProvider;
  let well: ScriptedProvider;
  const grants: Record<'bad' | 'well', GivenGrant[]> = { bad: [], well: [] };

  beforeAll(async () => {
    [bad, well] = await Promise.all([startScriptedProvider({ mode: 'strict' }), startScriptedProvider({ mode: 'strict' })]);
    system = await startSystem({ env: { HEALTH_PORT: '0' } });
    for (const [name, provider] of [
      ['bad', bad],
      ['well', well],
    ] as const) {
      const profile = await system.givenProfile(provider);
      const { key } = await system.givenRuntimeKey(profile.assistantId);
      const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
      for (let from = 0; from < users.length; from += 10)
        grants[name].push(
          ...(await Promise.all(users.slice(from, from + 10).map((user) => system.givenGrant(provider, { profile, key, user })))),
        );
    }
  });
  afterAll(async () => {
    await system?.stop();
    await Promise.all([bad?.stop(), well?.stop()]);
  });

  const profileOf = (name: 'bad' | 'well') => grants[name][0]?.profile.id;
  /** Makes every grant of a profile due, and answers PostgreSQL's instant of it. */
  async function due(name: 'bad' | 'well'): Promise<Date> {
    const { rows } = await system.db.query(
      `UPDATE "grant" SET due_at = now(), queued_until = NULL WHERE profile_id = $1 RETURNING now()`,
      [profileOf(name)],
    );
    return rows[0].now as Date;
  }
  const degraded = async (): Promise<string[]> => {
    const { healthPort } = system.logs.find(({ json }) => typeof json?.healthPort === 'number')?.json ?? {};
    return ((await (await fetch(`http://127.0.0.1:${healthPort}/health/ready`)).json()) as { degraded: string[] }).degraded;
  };

  it('is left alone after a few tries, named by health, and costs no grant; tokens go out without waiting', async () => {
    await bad.goDown();
    await due('bad');
    await eventually(async () => expect(await degraded()).toEqual([`provider 127.0.0.1:${bad.port}`]));
    await eventually(async () => {
      const { rows } = await system.db.query(
        `SELECT count(*) FILTER (WHERE failures = 0)::int AS spared, count(*) FILTER (WHERE last_failure IS NULL)::int AS untold, count(*) FILTER (WHERE due_at > now())::int AS waits
         FROM "grant" WHERE profile_id = $1 AND status = 'active' AND version = 1`,
        [profileOf('bad')],
      );
      expect(rows).toEqual([{ spared: expect.any(Number), untold: 0, waits: 30 }]);
      expect(rows[0].spared).toBeGreaterThan(0); // never tried while it was open
    });
    const [grant] = grants.bad as [GivenGrant];
    const asked = performance.now();
    const { body } = await system.askToken({ profile: grant.profile.id, user: 'user-29', minTtlSeconds: 3_600 }, grant.key);
    expect([body.status, performance.now() - asked < 2_000]).toEqual(['ready', true]);

    await bad.comeUp();
    await eventually(
      async () => {
        const { rows } = await system.db.query(
          `SELECT version, status, count(*)::int AS count FROM "grant" WHERE profile_id = $1 GROUP BY 1, 2`,
          [profileOf('bad')],
        );
        expect(rows).toEqual([{ version: 2, status: 'active', count: 30 }]);
      },
      { withinMs: 20_000 },
    );
    expect(await degraded()).toEqual([]);
  });

  it('or hangs keeps nobody else waiting', async () => {
    bad.answerNextToken({ kind: 'hang', processed: false }, 30);
    await due('bad');
    await eventually(() => expect(bad.load.peak).toBe(20));
    const dueAt = await due('well');
    await eventually(async () => {
      const { rows } = await system.db.query(
        `SELECT count(*)::int AS fresh, max(extract(epoch FROM issued_at - $2::timestamptz))::float8 AS lag FROM "grant" WHERE profile_id = $1 AND version = 2`,
        [profileOf('well'), dueAt],
      );
      expect(rows).toEqual([{ fresh: 30, lag: expect.any(Number) }]);
      expect(rows[0].lag).toBeLessThan(1); // of which up to a quarter is the sweeper's tick
    });
    await bad.goDown(); // ends what hangs
  });
});
