import { findRedisServer, startRedis } from '@grantkeeper/local-stack/redis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import { eventually } from './support/eventually.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, type SystemRedis, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

// Without redis-server the queue lies in PostgreSQL and can't be away by itself: then there is nothing here to prove.
if (findRedisServer()) {
  describe('while the queue is away', () => {
    let system: System;
    let provider: ScriptedProvider;

    beforeAll(async () => {
      provider = await startScriptedProvider({ mode: 'strict' });
      system = await startSystem({ redis: 'own' });
    });
    afterAll(async () => {
      await system?.stop();
      await provider?.stop();
    });

    const redis = () => system.redis as SystemRedis & { server: object; dataDir: string };

    async function expectWholeLife() {
      const given = await system.givenGrant(provider);
      const ask = () => system.askToken({ profile: given.profile.id, user: given.user }, given.key);
      await expireToken(system, given.ready.grantId);
      expect((await ask()).body).toMatchObject({ status: 'ready', tokenVersion: 2 });
      const signedOut = await system.api('DELETE', `/v1/grants/${given.ready.grantId}`, { token: given.key });
      expect(signedOut).toMatchObject({ status: 200, body: { revocation: 'revoked' } });
    }

    it('an exchange whose job was lost by FLUSHALL is done within 10 seconds', async () => {
      const profile = await system.givenProfile(provider);
      const { key } = await system.givenRuntimeKey();
      const { body } = await system.askToken({ profile: profile.id, user: 'flushed' }, key);
      if (body.status !== 'consent_required' || !body.signInUrl) throw new Error('expected a sign-in link');
      const browser = new Browser();
      const callback = provider.approve(await browser.continueToProvider(body.signInUrl));
      const [worker] = system.workers;
      worker?.freeze();
      const page = await browser.open(callback, { crossSite: true });
      await eventually(async () => {
        const { rows } = await system.db.query('SELECT count(*)::int AS left FROM job WHERE queued_at IS NULL');
        expect(rows).toEqual([{ left: 0 }]);
      });
      expect(page.refresh).not.toBeNull();

      await redis().client.flushall();
      worker?.thaw();

      const { body: ready } = await system.askToken({ profile: profile.id, user: 'flushed', waitSeconds: 10 }, key);
      expect(ready.status).toBe('ready');
      expect(provider.tokenRequests({ code: new URL(callback).searchParams.get('code') ?? '' })).toHaveLength(1);
    });

    it('consent, token, refresh and sign-out work without it, and the worker says that it is degraded', async () => {
      redis().server.kill();

      await expectWholeLife();

      const health = await fetch(`${system.workers[0]?.url}/health/ready`);
      expect(health.status).toBe(200);
      expect(await health.json()).toMatchObject({ degraded: [expect.stringContaining('queue')] });
    });

    it('commands are accepted without it', async () => {
      const assistant = await system.givenAssistant();
      const profile = await system.givenProfile(provider, {}, assistant.id);
      const disabled = await system.asOperator('POST', `/v1/profiles/${profile.id}/disable`);
      expect(disabled).toMatchObject({ status: 200, body: { status: 'disabled' } });
      expect((await system.asOperator('DELETE', `/v1/profiles/${profile.id}`)).status).toBe(202);
      await eventually(async () => expect((await system.asOperator('GET', `/v1/profiles/${profile.id}`)).status).toBe(404));
    });

    it('all goes by the queue again when it is back', async () => {
      const { dataDir, server } = redis();
      redis().server = await startRedis({ dataDir, port: server.port });
      await eventually(
        async () => {
          const health = await fetch(`${system.workers[0]?.url}/health/ready`);
          expect(await health.json()).toMatchObject({ degraded: [] });
        },
        { withinMs: 20_000 },
      );

      await expectWholeLife();
    });
  });
} else {
  it('has no Redis that could be away', () => expect(findRedisServer()).toBeNull());
}
