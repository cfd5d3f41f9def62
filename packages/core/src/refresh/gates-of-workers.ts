import type { BreakerState, RefreshGate } from '@grantkeeper/contracts/refresh/http';
import { isOriginOf, writtenOrigin } from './provider-origin.js';

/** One gate as PostgreSQL knows it: what each living worker tells, and what a 429 has taught. */
export interface GateOfWorkers {
  origin: string;
  clientId: string;
  told: readonly {
    breaker: BreakerState;
    triesAgainAt: Date | null;
    inFlight: number;
    mostInFlight: number;
    perSecond: number | null;
  }[];
  learnedPerSecond: number | null;
  closedUntil: Date | null;
}

interface ProfileAtGate {
  id: string;
  assistantId: string;
  name: string;
  tokenUrl: string;
  clientId: string;
}

const states: readonly BreakerState[] = ['closed', 'half_open', 'open'];

/** Each gate over all workers, with the profiles behind it; those that are not open to all come first. */
export function gatesOfWorkers(gates: readonly GateOfWorkers[], profiles: readonly ProfileAtGate[]): RefreshGate[] {
  return gates
    .map((gate) => gateOf(gate, profiles))
    .sort(
      (one, other) => trouble(other) - trouble(one) || other.inFlight - one.inFlight || one.origin.localeCompare(other.origin),
    );
}

function gateOf(
  { origin, clientId, told, learnedPerSecond, closedUntil }: GateOfWorkers,
  profiles: readonly ProfileAtGate[],
): RefreshGate {
  const breaker = states[Math.max(0, ...told.map((one) => states.indexOf(one.breaker)))] ?? 'closed';
  const tries = told.flatMap(({ triesAgainAt }) => (triesAgainAt === null ? [] : [triesAgainAt.getTime()]));
  const rates = told.flatMap(({ perSecond }) => perSecond ?? []);
  return {
    origin,
    clientId,
    profiles: profiles
      .filter((one) => one.clientId === clientId && isOriginOf(writtenOrigin(one.tokenUrl) ?? '', origin))
      .map(({ id, assistantId, name }) => ({ id, assistantId, name })),
    breaker,
    triesAgainAt: tries.length === 0 ? null : new Date(Math.min(...tries)).toISOString(),
    closedUntil: closedUntil?.toISOString() ?? null,
    learnedPerSecond,
    limits:
      told.length === 0
        ? null
        : {
            inFlight: Math.min(...told.map(({ mostInFlight }) => mostInFlight)),
            perSecond: rates.length === 0 ? null : Math.min(...rates),
          },
    inFlight: told.reduce((all, { inFlight }) => all + inFlight, 0),
    workers: told.length,
    workersNotClosed: told.filter((one) => one.breaker !== 'closed').length,
  };
}

function trouble({ breaker, closedUntil, learnedPerSecond }: RefreshGate): number {
  return states.indexOf(breaker) * 4 + (closedUntil === null ? 0 : 2) + (learnedPerSecond === null ? 0 : 1);
}
