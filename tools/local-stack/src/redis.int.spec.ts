import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive } from './processes.js';
import { findRedisServer, type RunningRedis, startRedis } from './redis.js';
import { askRedis } from './redis-wire.js';

// Without redis-server the product runs on PostgreSQL alone: then there is nothing here to prove.
if (findRedisServer()) {
  describe('Redis of the local stack', () => {
    const started: RunningRedis[] = [];
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'gk redis '));
    });
    afterEach(async () => {
      for (const server of started.splice(0)) await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function start(): Promise<RunningRedis> {
      const server = await startRedis({ dataDir: folder });
      started.push(server);
      return server;
    }
    const ask = (server: RunningRedis, ...commands: string[]) =>
      askRedis(server.port, [`AUTH ${new URL(server.url).password}`, ...commands]);

    it('keeps what was written over a stop', async () => {
      const first = await start();
      await ask(first, 'SET kept here');
      await first.stop();
      expect(await ask(await start(), 'GET kept')).toContain('here');
    });

    it('is taken over while it runs, and started again after a kill', async () => {
      const first = await start();
      expect(await start()).toMatchObject({ pid: first.pid, adopted: true });
      first.kill();
      const third = await start();
      expect(third).toMatchObject({ adopted: false });
      expect(third.pid).not.toBe(first.pid);
      expect(isAlive(first.pid)).toBe(false);
    });

    it('evicts nothing and answers nobody without its password', async () => {
      const server = await start();
      expect(await ask(server, 'CONFIG GET maxmemory-policy')).toContain('noeviction');
      expect(await askRedis(server.port, ['GET kept'])).toContain('NOAUTH');
    });
  });
} else {
  it('is not started where there is none', () => expect(findRedisServer()).toBeNull());
}
