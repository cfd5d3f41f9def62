import type { Place } from '@grantkeeper/core/grants/provider-limits';
import type { ToldGate } from './gate-readings.js';
import { type GateAsk, type GateWorld, type Permit, ProviderGate, type Refusal } from './provider-gate.js';

/** What a 429 has taught about one gate. */
export interface Lesson {
  origin: string;
  clientId: string;
  perSecond: number;
  ageSeconds: number;
  closedSeconds: number;
}

/** A grant that is due, as far as its gate is concerned. */
export interface Paced {
  tokenUrl: string | null;
  clientId: string | null;
  /** Found for the first time since it became due: it has no turn in the line yet. */
  isNew: boolean;
  name: 'grants.refresh' | 'grants.refresh-due';
}

/** Where a gate stands, for figures and health; several clients at one provider are one. */
export interface GateReading {
  provider: string;
  inFlight: number;
  perSecond: number | null;
  breaker: 'closed' | 'half_open' | 'open';
}

const idleMs = 600_000;
/** Gates that are told to people: those that are not open to all first, then the busiest. */
const mostTold = 200;

interface Line {
  gate: ProviderGate;
  origin: string;
  /** Until when calls are planned, and until when turns are given to those who came later; of this worker's clock, in ms. */
  plannedUntil: number;
  turnsUntil: number;
}

/** Within so many seconds a call is planned; for a later one the grant comes back. */
const planSeconds = 1;
const longestTurnSeconds = 60;
/** Where the pace is by how long calls take: a gate that is fast again does not stand idle for longer while what is due waits for its turn. */
const longestTurnByHoldSeconds = 5;

/** The gates of this worker: one for each token origin and client id. */
export class ProviderGates {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly world: {
      now: () => number;
      place: () => Place | null;
      teach: (lesson: Omit<Lesson, 'ageSeconds'>) => void;
    },
  ) {}

  /** A permit for a refresh, or why there is none now. */
  enter(tokenUrl: string, clientId: string, ask: GateAsk): Promise<Permit | Refusal> | Permit | Refusal {
    return this.line(new URL(tokenUrl).origin, clientId).gate.enter(ask);
  }

  /** A call that waits for nothing. */
  pass(tokenUrl: string, clientId: string): Permit {
    return this.line(new URL(tokenUrl).origin, clientId).gate.pass();
  }

  /** In how many seconds each is to be queued, so that its gate has room: in those after the next second it has to be found again. What somebody waits for goes first, but for every fourth; then what was found before. */
  plan<T extends Paced>(due: readonly T[]): { queue: { one: T; seconds: number }[]; later: { one: T; seconds: number }[] } {
    const planned = inTurns(due).map((one) => ({ one, seconds: this.turnOf(one) }));
    return {
      queue: planned.filter(({ seconds }) => seconds <= planSeconds),
      later: planned.filter(({ seconds }) => seconds > planSeconds),
    };
  }

  /** What this and other workers have learned of late. */
  learn(lessons: readonly Lesson[]): void {
    for (const { origin, clientId, perSecond, ageSeconds, closedSeconds } of lessons)
      this.line(origin, clientId).gate.learn(perSecond, ageSeconds, closedSeconds);
  }

  /** Whether the calls under way are within this worker's part, were there so many workers. */
  fit(place: Place): boolean {
    return [...this.lines.values()].every(({ gate }) => gate.fits(place));
  }

  /** The place among the workers has changed, or some time has passed. */
  serve(): void {
    for (const [key, { gate }] of this.lines) {
      if (gate.isIdle(idleMs)) this.lines.delete(key);
      else gate.serve();
    }
  }

  /** By provider, with the worst of several clients. */
  readings(): GateReading[] {
    const states = ['closed', 'half_open', 'open'] as const;
    const byProvider = new Map<string, GateReading>();
    for (const { gate, origin } of this.lines.values()) {
      const provider = new URL(origin).host;
      const known = byProvider.get(provider) ?? { provider, inFlight: 0, perSecond: null, breaker: 'closed' };
      const { perSecond, breaker, inFlight } = gate;
      byProvider.set(provider, {
        provider,
        inFlight: known.inFlight + inFlight,
        perSecond: Math.min(known.perSecond ?? Number.POSITIVE_INFINITY, perSecond ?? Number.POSITIVE_INFINITY),
        breaker: states[Math.max(states.indexOf(known.breaker), states.indexOf(breaker.state))] ?? 'closed',
      });
    }
    return [...byProvider.values()].map((one) => ({
      ...one,
      perSecond: one.perSecond === Number.POSITIVE_INFINITY ? null : one.perSecond,
    }));
  }

  /** Each gate as people see it. */
  told(): ToldGate[] {
    const all = [...this.lines].map(([key, { gate, origin }]) => ({
      origin,
      clientId: key.slice(origin.length + 1),
      breaker: gate.breaker.state,
      openSeconds: gate.breaker.waitSeconds,
      inFlight: gate.inFlight,
      mostInFlight: gate.mostInFlight,
      perSecond: gate.perSecond,
    }));
    const isClosed = ({ breaker }: ToldGate): number => (breaker === 'closed' ? 1 : 0);
    return all.sort((one, other) => isClosed(one) - isClosed(other) || other.inFlight - one.inFlight).slice(0, mostTold);
  }

  /** Seconds until its call is planned, or until it has to be looked at again. */
  private turnOf({ tokenUrl, clientId, isNew }: Paced): number {
    if (tokenUrl === null || clientId === null || !URL.canParse(tokenUrl)) return 0;
    const line = this.line(new URL(tokenUrl).origin, clientId);
    const now = this.world.now();
    const closed = line.gate.obstacle();
    const open = now + (closed?.seconds ?? 0) * 1000;
    const stepMs = 1000 / line.gate.pace;
    const at = Math.max(open, line.plannedUntil);
    if (at - now <= planSeconds * 1000) {
      line.plannedUntil = at + stepMs;
      return (at - now) / 1000;
    }
    const byHold = line.gate.isPaceByHold;
    if (!isNew && !byHold) return Math.max(planSeconds * 1.01, (open - now) / 1000); // it has had its turn: it comes first, as soon as there is room
    const latest = now + (byHold ? longestTurnByHoldSeconds : longestTurnSeconds) * 1000;
    line.turnsUntil = Math.min(latest, Math.max(at, line.turnsUntil) + stepMs);
    return Math.max((open - now) / 1000, (line.turnsUntil - now) / 1000);
  }

  private line(origin: string, clientId: string): Line {
    const key = `${origin} ${clientId}`;
    const known = this.lines.get(key);
    if (known) return known;
    const world: GateWorld = {
      now: this.world.now,
      place: this.world.place,
      teach: (lesson) => this.world.teach({ ...lesson, origin, clientId }),
    };
    const line = { gate: new ProviderGate(world), origin, plannedUntil: 0, turnsUntil: 0 };
    this.lines.set(key, line);
    return line;
  }
}

function inTurns<T extends Paced>(due: readonly T[]): T[] {
  const awaited = due.filter(({ name }) => name === 'grants.refresh');
  const others = due
    .filter(({ name }) => name !== 'grants.refresh')
    .sort((one, other) => Number(one.isNew) - Number(other.isNew));
  const turns: T[] = [];
  while (awaited.length > 0 && others.length > 0) turns.push(...awaited.splice(0, 3), ...others.splice(0, 1));
  return [...turns, ...awaited, ...others];
}
