import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { claimPorts } from '@grantkeeper/tests/support/ports';
import { TcpProxy } from '@grantkeeper/tests/support/tcp-proxy';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Listener } from './listener.js';
import { createPool } from './pool.js';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 2);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const listening = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'grantkeeper-listen'`;
const say = (channel: string, payload: string) => pool.query('SELECT pg_notify($1, $2)', [channel, payload]);

describe('listening', () => {
  it('hears each channel, from the moment that start has resolved', async () => {
    const heard: string[] = [];
    const listener = new Listener(database.url, {
      one: (payload) => heard.push(`one ${payload}`),
      'Two "quoted"': (payload) => heard.push(`two ${payload}`),
    });
    await listener.start();
    await say('one', 'a');
    await say('Two "quoted"', 'b');
    await say('three', 'c');
    await say('one', '');
    await eventually(() => expect(heard).toEqual(['one a', 'two b', 'one ']));
    await listener.stop();
  });

  it('comes back after its connection was cut, and says so, for what was missed meanwhile', async () => {
    const heard: string[] = [];
    let connections = 0;
    const listener = new Listener(database.url, { one: (payload) => heard.push(payload) }, () => {
      connections += 1;
    });
    await listener.start();
    expect(connections).toBe(1);
    await pool.query(`SELECT pg_terminate_backend(pid) FROM (${listening}) l`);
    await eventually(() => expect(connections).toBe(2));
    await say('one', 'again');
    await eventually(() => expect(heard).toEqual(['again']));
    expect((await pool.query(listening)).rowCount).toBe(1);
    await listener.stop();
  });

  it('comes back after a network that passed nothing on and said nothing', async () => {
    const proxy = await TcpProxy.before(database.url);
    const heard: string[] = [];
    let connections = 0;
    const onConnected = () => {
      connections += 1;
    };
    const listener = new Listener(proxy.through(database.url), { one: (payload) => heard.push(payload) }, onConnected, 200);
    await listener.start();
    proxy.goSilent();
    await eventually(() => expect(proxy.connections).toBeGreaterThan(1));
    proxy.speak();
    await eventually(() => expect(connections).toBe(2));
    await say('one', 'heard');
    await eventually(() => expect(heard).toEqual(['heard']));
    await listener.stop();
    await proxy.stop();
  });

  it('starts without a database and keeps trying until it is told to stop', async () => {
    const [port] = await claimPorts(1);
    let connections = 0;
    const listener = new Listener(`postgres://nobody@127.0.0.1:${port}/nothing`, { one: () => undefined }, () => {
      connections += 1;
    });
    await listener.start();
    await listener.stop();
    expect(connections).toBe(0);
  });

  it('leaves no connection behind when it is stopped, also while it starts', async () => {
    const [steady, hasty] = [
      new Listener(database.url, { one: () => undefined }),
      new Listener(database.url, { one: () => undefined }),
    ];
    await steady.start();
    const starting = hasty.start();
    await Promise.all([steady.stop(), hasty.stop()]);
    await starting;
    await eventually(async () => expect((await pool.query(listening)).rowCount).toBe(0));
  });
});
