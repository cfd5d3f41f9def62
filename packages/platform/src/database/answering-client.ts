import pg from 'pg';

/** How long PostgreSQL may be silent in the middle of a statement, and we in the middle of a transaction. Nothing of ours that serves a caller takes as long. */
const silenceMs = 15_000;

/** What pg keeps of a connection, beside what its types tell. */
interface Inside {
  connection: { stream: { setTimeout(ms: number, onSilent: () => void): unknown; destroy(error: Error): unknown } };
  readyForQuery: boolean;
}

/** The part of a pool's settings that says how its connections behave. */
export interface ConnectionRules {
  Client?: typeof pg.Client;
  /** Awaited before a new connection is used. */
  onConnect?(client: pg.ClientBase): Promise<unknown>;
}

/**
 * Connections that are given up when PostgreSQL has been silent for so long in the middle of a statement. A network that drops packets without a word is
 * noticed otherwise only when the system stops sending them again, after a quarter of an hour: keep-alive does not act while an answer is owed. PostgreSQL does
 * not notice either, so it is told to end a transaction that hears nothing for as long: what it has locked would stay locked for hours.
 */
export function answeringWithin(ms: number): Required<ConnectionRules> {
  class AnsweringClient extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      this.on('error', () => undefined); // unheard, one cut between two statements would end the process; the statement under way is refused
      this.once('connect', () => {
        const inside = this as unknown as Inside;
        const { stream } = inside.connection; // by now the encrypted one, where it is
        stream.setTimeout(ms, () => {
          if (!inside.readyForQuery) stream.destroy(new Error(`Connection terminated: PostgreSQL was silent for ${ms} ms`));
        });
      });
    }
  }
  // Not at the start of the connection, where poolers refuse it.
  return { Client: AnsweringClient, onConnect: (client) => client.query(`SET idle_in_transaction_session_timeout = ${ms}`) };
}

/** The connections of processes that serve. Migrations and other work that may take its time use pg's own. */
export const answeringConnections = answeringWithin(silenceMs);
