import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { eventually } from '../../support/eventually.js';
import type { Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';
import type { Stage } from '../harness/stage.js';

/** PostgreSQL is there and does not do what it is told: after a failover, under contention, with no connection left. */
export const postgresRefuses: Fault = {
  name: 'F8',
  title: 'PostgreSQL only reads, rolls back one write in three, has no connection left',
  expected: 'the same writes are tried again, and no token request for it',
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 4, full: 20 },
      caughtUpWithinSeconds: 30,
      async harm(seconds) {
        await onlyReading(stage, seconds * 1000);
        await failing(stage, seconds * 1000, '40001', 0.33);
        await withoutConnections(stage, seconds * 1000);
      },
    }),
};

async function onlyReading(stage: Stage, ms: number): Promise<void> {
  await stage.db.query('ALTER SYSTEM SET default_transaction_read_only = on');
  await stage.db.query('SELECT pg_reload_conf()');
  stage.note('PostgreSQL only reads');
  await pause(ms);
  await stage.db.query('ALTER SYSTEM RESET default_transaction_read_only');
  await stage.db.query('SELECT pg_reload_conf()');
  const writes = 'CREATE TEMPORARY TABLE written () ON COMMIT DROP';
  await eventually(() => stage.db.query(writes), { withinMs: 20_000 }); // a busy server takes a moment to hear of it
}

/** Some writes to grants and events fail with this SQLSTATE. */
export async function failing(stage: Stage, ms: number, sqlstate: string, part: number): Promise<void> {
  await stage.db.query(`
    CREATE OR REPLACE FUNCTION fail_sometimes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF random() < ${part} THEN RAISE EXCEPTION 'harm' USING ERRCODE = '${sqlstate}'; END IF;
      RETURN NULL;
    END $$`);
  for (const table of ['grant', 'event'])
    await stage.db.query(
      `CREATE TRIGGER fail_sometimes AFTER INSERT OR UPDATE ON "${table}" FOR EACH STATEMENT EXECUTE FUNCTION fail_sometimes()`,
    );
  stage.note(`PostgreSQL fails with ${sqlstate}`);
  await pause(ms);
  for (const table of ['grant', 'event']) await stage.db.query(`DROP TRIGGER fail_sometimes ON "${table}"`);
}

/** Others take every connection there is, and the product's are cut. */
async function withoutConnections(stage: Stage, ms: number): Promise<void> {
  await stage.db.query('SELECT 1');
  const others: pg.Client[] = [];
  const take = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: stage.databaseUrl, application_name: 'crowd' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      others.push(client);
      return true;
    } catch {
      return false;
    }
  };
  const until = performance.now() + ms;
  stage.note('PostgreSQL has no connection left');
  while (performance.now() < until) {
    while (await take());
    await others[0]?.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'grantkeeper' AND client_port IS DISTINCT FROM NULL AND random() < 0.2`,
    );
  }
  await Promise.all(others.map((client) => client.end()));
}
