import type { BreakerState } from '@grantkeeper/contracts/refresh/http';
import type { Sql } from '../database/pool.js';

/** One gate as one worker knows it; times are seconds from the moment it was told. */
export interface ToldGate {
  origin: string;
  clientId: string;
  breaker: BreakerState;
  openSeconds: number | null;
  inFlight: number;
  mostInFlight: number;
  perSecond: number | null;
}

/** As known in PostgreSQL: told by a living worker, or learned from a 429. */
export interface KnownGate {
  origin: string;
  clientId: string;
  told: (Omit<ToldGate, 'origin' | 'clientId' | 'openSeconds'> & { triesAgainAt: Date | null })[];
  learnedPerSecond: number | null;
  closedUntil: Date | null;
}

/** A worker that was heard of within so many seconds is taken as living. */
const aliveSeconds = 5;
const mostKnown = 2_000;

/** What living workers say of their gates, and what 429s have taught within the last ten minutes. */
export async function knownGates(sql: Sql): Promise<KnownGate[]> {
  const told = await sql.query<ToldGate & { triesAgainAt: Date | null }>({
    name: 'told-gates',
    text: `SELECT t.origin, t."clientId", t.breaker, t."inFlight", t."mostInFlight", t."perSecond", w.gates_at + make_interval(secs => t."openSeconds") AS "triesAgainAt"
           FROM worker w, jsonb_to_recordset(w.gates) AS t(origin text, "clientId" text, breaker text, "openSeconds" float8, "inFlight" int, "mostInFlight" int, "perSecond" float8)
           WHERE w.beat_at > now() - make_interval(secs => ${aliveSeconds}) LIMIT ${mostKnown}`,
  });
  const learned = await sql.query<{ origin: string; clientId: string; perSecond: number; closedUntil: Date | null }>({
    name: 'learned-gates',
    text: `SELECT origin, client_id AS "clientId", per_second AS "perSecond", CASE WHEN closed_until > now() THEN closed_until END AS "closedUntil" FROM provider_gate
           WHERE taught_at > now() - interval '10 minutes' OR closed_until > now() ORDER BY taught_at DESC LIMIT ${mostKnown}`,
  });
  const gates = new Map<string, KnownGate>();
  const gateOf = ({ origin, clientId }: { origin: string; clientId: string }): KnownGate => {
    const key = `${origin} ${clientId}`;
    const gate = gates.get(key) ?? { origin, clientId, told: [], learnedPerSecond: null, closedUntil: null };
    gates.set(key, gate);
    return gate;
  };
  for (const row of told.rows) gateOf(row).told.push(row);
  for (const row of learned.rows) Object.assign(gateOf(row), { learnedPerSecond: row.perSecond, closedUntil: row.closedUntil });
  return [...gates.values()];
}

/** Tells what this worker knows of its gates, for people to see; answers whether its row was there. */
export async function tellGates(sql: Sql, workerId: string, gates: readonly ToldGate[]): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'tell-gates',
    text: 'UPDATE worker SET gates = $2, gates_at = now() WHERE id = $1',
    values: [workerId, JSON.stringify(gates)],
  });
  return rowCount === 1;
}
