import pg from 'pg';

/** How long PostgreSQL may be silent in the middle of a statement. None of ours that serves a caller takes as long. */
const silenceMs = 15_000;

/** What pg keeps of a connection, beside what its types tell. */
interface Inside {
  connection: { stream: { setTimeout(ms: number, onSilent: () => void): unknown; destroy(error: Error): unknown } };
  readyForQuery: boolean;
}

/**
 * A connection that is given up when PostgreSQL has been silent for so long in the middle of a statement. A network that drops packets without a word is
 * noticed otherwise only when the system stops sending them again, after a quarter of an hour: keep-alive does not act while an answer is owed.
 */
export function answeringWithin(ms: number): typeof pg.Client {
  return class extends pg.Client {
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
  };
}

/** The connections of processes that serve. Migrations and other work that may take its time use pg's own. */
export const AnsweringClient = answeringWithin(silenceMs);
