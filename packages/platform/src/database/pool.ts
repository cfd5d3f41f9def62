import pg from 'pg';
import { answeringConnections, type ConnectionRules } from './answering-client.js';

/** What the hot paths and stores need of a connection. */
export type Sql = Pick<pg.Pool, 'query'> | pg.PoolClient;

/** bigint ids stay below 2^53 in any store this system can hold. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** The process's connections to PostgreSQL. A broken idle connection is replaced, never fatal. */
export function createPool(databaseUrl: string, max = 10, rules: ConnectionRules = answeringConnections): pg.Pool {
  const pool = new pg.Pool({
    ...rules,
    connectionString: databaseUrl,
    max,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    application_name: 'grantkeeper',
  });
  pool.on('error', () => undefined);
  return pool;
}

/** Runs `work` in one transaction on one connection; rolls back when it throws. Resolves only when PostgreSQL has kept it. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onLost = (error: Error): void => {
    broken = error;
  };
  client.on('error', onLost); // without a listener, a connection that is cut between two statements would end the process
  try {
    await client.query('BEGIN');
    const result = await work(client);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed'); // PostgreSQL answers so without an error
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
    client.off('error', onLost);
  }
}

/** True for failures of the connection or the server's availability, after which the same statement may be tried again. */
export function isDatabaseAway(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string')
    return (
      /^(08|57P0|53)/.test(code) || ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', '25006'].includes(code)
    );
  return (
    error instanceof Error &&
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|[Qq]uery runner (was )?already released/.test(
      error.message,
    )
  );
}
