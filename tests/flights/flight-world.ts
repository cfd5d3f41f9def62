import { mayBecome } from '@grantkeeper/core/authorizations/authorization-states';
import type { SendOutcome } from '@grantkeeper/core/grants/answer-class';
import { grantMayBecome } from '@grantkeeper/core/grants/grant-states';
import { isDatabaseAway } from '@grantkeeper/platform/database/pool';
import type { Answered, Kind, Position } from './flight-position.js';
import type { FlightStore, GrantView, View } from './flight-store.js';
import { brokenRules } from './send-rules.js';
import type { Fate, SimulatedProvider } from './simulated-provider.js';

const firstByteWithinMs = 5_000;
const unknownAfterMs = 30_000;

/** What a rule that was broken is called, with the history that led to it. */
export class RuleBroken extends Error {}

/** One user's account with its provider, and the workers that fly for it: each step is one command, and after each the rules are checked. */
export class FlightWorld {
  readonly positions: Position[];
  isDatabaseAway = false;
  /** Whether an answer was lost, or anything happened after which a grant may truthfully end. */
  isTroubled = false;
  /** Whether the provider may have said no of its own accord: the user revoked it there, or it answered a bare 400. */
  private hasProvidersNo = false;
  /** Refresh tokens that were sent and of which no answer was stored: nobody here knows whether they are still the newest. */
  private readonly silent = new Set<string>();
  private checksEachStep = true;
  private movesOfTime = 0;
  private readonly spilled: Answered[] = [];
  private names = 0;
  private losses = 0;
  private last: View | null = null;

  constructor(
    readonly store: FlightStore,
    readonly provider: SimulatedProvider,
    readonly clock: { now: number },
    workers: number,
    /** Tells the names that it gives from those of other accounts in the same database. */
    private readonly series = 0,
  ) {
    this.positions = Array.from({ length: workers }, () => ({ at: 'rest' }) as const);
  }

  /** A first exchange brings a grant. */
  async begin(): Promise<void> {
    await this.store.enable(true);
    await this.consent();
    for (let step = 0; step < 5; step += 1) await this.step(0, 'exchange', 'answered', false);
    await this.check();
  }

  private newName(): string {
    this.names += 1;
    return `00000000-0000-4000-${8000 + this.series}-${String(this.names).padStart(12, '0')}`;
  }

  /** Where several workers move the same rows at the same time, only what is true at rest can be checked. */
  checkEachStep(checks: boolean): void {
    this.checksEachStep = checks;
    this.last = null;
  }

  /** Whether this worker's next step is a settle that may have to wait for another flight. */
  mayWait(worker: number): boolean {
    const position = this.positions[worker];
    return position?.at === 'answered' && position.kind === 'exchange';
  }

  /** Lets a worker take its next step; what the provider does of it is `fate`. */
  async step(worker: number, kind: Kind, fate: Fate, keepsRefreshToken: boolean): Promise<void> {
    const position = this.positions[worker] as Position;
    if (this.isDatabaseAway && position.at === 'answered') position.isHeld = true;
    if (this.isDatabaseAway && position.at !== 'marked') return;
    switch (position.at) {
      case 'rest': {
        const flight = await this.store.begin(kind, worker, this.newName());
        return this.move(worker, flight ? { at: 'read', kind, flight, losses: this.losses } : { at: 'rest' });
      }
      case 'read': {
        const prepared = await position.flight.prepare();
        return this.move(worker, prepared ? { ...position, at: 'prepared', prepared } : { at: 'rest' });
      }
      case 'prepared':
        return this.move(worker, await this.mark(position));
      case 'marked':
        return this.move(worker, {
          ...position,
          at: 'answered',
          outcome: this.send(position, fate, keepsRefreshToken),
          isHeld: false,
        });
      case 'answered': {
        if (await this.settle(position)) this.move(worker, { at: 'rest' });
      }
    }
  }

  /** What comes of a mark. One of which nobody knows whether it was stored is taken back, as the processors do. */
  private async mark(position: Extract<Position, { at: 'prepared' }>): Promise<Position> {
    const markedAt = this.movesOfTime > 0 ? Number.NEGATIVE_INFINITY : this.clock.now;
    try {
      if (!(await position.flight.mark())) return { at: 'rest' };
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      await position.flight.withdraw();
      return { at: 'rest' };
    }
    this.checkHeld(position.prepared.secret, position.losses);
    return { ...position, at: 'marked', markedAt };
  }

  /** kill -9: what it had in memory is gone. */
  crash(worker: number): void {
    const position = this.positions[worker] as Position;
    this.forget(position.at === 'answered' ? { ...position, isHeld: false } : position);
    this.move(worker, { at: 'rest' });
  }

  /** The answer to a mark is lost: nothing was sent, and the mark is taken back. */
  async markUnheard(worker: number): Promise<void> {
    const position = this.positions[worker] as Position;
    if (position.at !== 'prepared' || this.isDatabaseAway) return;
    await position.flight.mark();
    await position.flight.withdraw();
    this.move(worker, { at: 'rest' });
  }

  /** The process ends while the database is away: the answer it holds is left for any worker. */
  spill(worker: number): void {
    const position = this.positions[worker] as Position;
    if (position.at !== 'answered') return;
    this.spilled.push({ ...position, isHeld: true });
    this.move(worker, { at: 'rest' });
  }

  async settleSpilled(): Promise<void> {
    if (this.isDatabaseAway) return;
    for (const one of this.spilled.splice(0)) if (!(await this.settle(one))) this.spilled.push(one);
  }

  async consent(): Promise<void> {
    if (this.isDatabaseAway) return;
    await this.store.consent(this.newName(), this.provider.consent('user'));
  }

  async loseDatabase(isAway: boolean): Promise<void> {
    if (isAway) await this.store.databaseLost();
    if (isAway) this.losses += 1;
    this.isDatabaseAway = isAway;
  }

  /** Time passes. Once the database is back, what is held for it is settled within seconds. */
  async elapse(milliseconds: number): Promise<void> {
    if (!this.isDatabaseAway) await this.settleHeld();
    for (const position of [...this.positions, ...this.spilled]) this.forget(position);
    this.clock.now += milliseconds;
    this.movesOfTime += 1;
    await this.store.elapse(milliseconds).finally(() => {
      this.movesOfTime -= 1;
    });
  }

  /** The user takes the consent back at the provider. */
  async revokeAtProvider(): Promise<void> {
    const token = (await this.store.view()).grant?.refreshToken;
    if (!token) return;
    this.provider.families.revoke(token);
    this.isTroubled = true;
    this.hasProvidersNo = true;
  }

  /** Throws where a rule is broken. Called after every command. */
  async check(): Promise<void> {
    const view = await this.store.view();
    const broken = [
      ...brokenRules(this.provider.sends),
      ...this.brokenTransitions(view),
      ...this.brokenGrant(view.grant),
      ...this.brokenPositions(),
    ];
    if (broken.length > 0) throw new RuleBroken(`${broken.join('; ')}: ${JSON.stringify({ view, sends: this.provider.sends })}`);
    this.last = view;
  }

  /** Everything comes back and time passes: whoever could be healed is, and nothing stays open for ever. */
  async healed(): Promise<void> {
    const learned = (await this.store.view()).grant?.constant === true && this.provider.mode === 'constant';
    this.isDatabaseAway = false;
    await this.store.enable(true);
    await this.finishFlights();
    const troubled = this.isTroubled && !learned;
    for (let round = 0; round < 4; round += 1) {
      await this.elapse(304_000);
      await this.store.expire();
      for (const kind of ['exchange', 'refresh'] as const)
        for (let step = 0; step < 5; step += 1) {
          await this.step(0, kind, 'answered', false);
          await this.check();
        }
      await this.finishFlights();
    }
    this.checkRest(await this.store.view(), learned || !troubled);
  }

  /** What began after the database was lost must not send again what another worker has the answer to. */
  private checkHeld(secret: string, losses: number): void {
    const held = this.positions.some(
      (one) => one.at === 'answered' && one.isHeld && one.prepared.secret === secret && one.outcome.kind === 'answer',
    );
    if (this.checksEachStep && held && losses === this.losses && losses > 0)
      throw new RuleBroken('an answer that was held was not waited for');
  }

  private async settleHeld(): Promise<void> {
    await this.settleSpilled();
    for (const [worker, position] of this.positions.entries())
      if (position.at === 'answered' && position.isHeld && (await this.settle(position))) this.move(worker, { at: 'rest' });
    if (this.checksEachStep) await this.check();
  }

  /** Stores an answer, and looks at what only this step may do to the refresh token. */
  private async settle({ flight, kind, outcome }: Answered): Promise<boolean> {
    if (!this.checksEachStep) return flight.settle(outcome);
    const before = (await this.store.view()).grant;
    const isInFlight = this.positions.some(
      (one) =>
        (one.at === 'marked' || one.at === 'answered') &&
        one.kind === 'refresh' &&
        one.markedAt > this.clock.now - unknownAfterMs,
    );
    const isSettled = await flight.settle(outcome);
    const after = (await this.store.view()).grant;
    if (before?.status !== 'active' || before.refreshToken === null || after?.id !== before.id) return isSettled;
    if (after.refreshToken === null && after.status === 'active' && (before.attempt === null || isInFlight))
      throw new RuleBroken('a refresh token that works was forgotten');
    if (kind === 'refresh' && after.refreshToken !== null && !this.follows(before.refreshToken, after.refreshToken))
      throw new RuleBroken('a late refresh replaced a newer token');
    return isSettled;
  }

  /** Whether the provider issued the second token after the first, in the same consent. */
  private follows(earlier: string, later: string): boolean {
    const { families } = this.provider;
    const order = families.issuedRefreshTokens;
    return (
      families.newestRefreshToken(earlier) === families.newestRefreshToken(later) &&
      order.indexOf(earlier) <= order.indexOf(later)
    );
  }

  private async finishFlights(): Promise<void> {
    for (const worker of this.positions.keys())
      for (let step = 0; this.positions[worker]?.at !== 'rest' && step < 5; step += 1) {
        await this.step(worker, 'refresh', 'answered', false);
        await this.check();
      }
    await this.settleSpilled();
    await this.check();
  }

  private checkRest({ grant, authorization }: View, mustLive: boolean): void {
    const { families } = this.provider;
    if (authorization && ['code_received', 'exchanging'].includes(authorization.state))
      throw new RuleBroken(`an authorization stays ${authorization.state}`);
    if (grant?.status === 'active' && grant.refreshToken !== null && !families.isRefreshTokenAlive(grant.refreshToken))
      throw new RuleBroken('a grant is called active with a refresh token that is dead');
    if (grant?.status === 'active' && grant.attempt !== null) throw new RuleBroken('a mark stays for ever');
    const mayHaveEnded = !mustLive || this.hasProvidersNo || grant?.reason === 'no_refresh_token';
    if (grant?.status === 'reconnect_required' && !mayHaveEnded)
      throw new RuleBroken(`a grant ended by our hand: ${JSON.stringify(grant)}`);
  }

  private send(position: Extract<Position, { at: 'marked' }>, fate: Fate, keepsRefreshToken: boolean): SendOutcome {
    const { kind, prepared, markedAt } = position;
    if (this.clock.now - markedAt > firstByteWithinMs) return { kind: 'not-sent', reason: 'late' };
    const omits = keepsRefreshToken && kind === 'exchange'; // a refresh that omits it would call the old one constant
    const outcome = this.provider.send(kind, prepared.secret, fate, prepared.mayRepeat, omits);
    if (['lost', 'unheard', 'unreadable', 'bare'].includes(fate)) this.isTroubled = true;
    if (fate === 'bare') this.hasProvidersNo = true;
    if (this.provider.sends.at(-1)?.heard === 'nothing') this.silent.add(prepared.secret);
    return outcome;
  }

  /** Whatever was under way here may never be stored. */
  private forget(position: Position): void {
    if (position.at !== 'marked' && position.at !== 'answered') return;
    if (position.at === 'answered' && position.isHeld) return;
    this.isTroubled = true;
    if (position.at === 'answered') this.silent.add(position.prepared.secret);
  }

  private move(worker: number, position: Position): void {
    this.positions[worker] = position;
  }

  private brokenTransitions({ grant, authorization }: View): string[] {
    const before = this.last?.grant;
    const asked = this.last?.authorization;
    const broken: string[] = [];
    if (
      asked &&
      asked.id === authorization?.id &&
      asked.state !== authorization.state &&
      !mayBecome(asked.state, authorization.state)
    )
      broken.push(`an authorization went from ${asked.state} to ${authorization.state}`);
    if (!before || before.id !== grant?.id) return broken;
    if (before.status !== grant.status && !grantMayBecome(before.status, grant.status, grant.reason))
      broken.push(`a grant went from ${before.status} to ${grant.status} for ${grant.reason}`);
    const hasMoved = before.accessToken !== grant.accessToken || before.refreshToken !== grant.refreshToken;
    if (grant.version !== before.version + (hasMoved ? 1 : 0)) broken.push('version and tokens did not move together');
    return broken;
  }

  private brokenGrant(grant: GrantView | null): string[] {
    if (grant === null) return [];
    const broken: string[] = [];
    const { status, reason, attempt, refreshToken } = grant;
    if (status === 'ended' && (grant.accessToken ?? refreshToken ?? attempt) !== null)
      broken.push('an ended grant keeps a token or a mark');
    if (status === 'reconnect_required' && reason !== 'no_refresh_token' && !this.isTroubled)
      broken.push(`a grant ended (${reason}) though every answer was stored`);
    if (status !== 'active' || attempt !== null || refreshToken === null || this.silent.has(refreshToken)) return broken;
    if (this.provider.families.newestRefreshToken(refreshToken) !== refreshToken)
      broken.push('the refresh token of an active grant without a mark is not the newest');
    return broken;
  }

  /** Of the workers that are between mark and answer, one at most may still send, for each refresh token and code. */
  private brokenPositions(): string[] {
    const about = this.positions.filter(
      (one): one is Extract<Position, { at: 'marked' }> =>
        one.at === 'marked' && !one.prepared.mayRepeat && this.clock.now - one.markedAt <= firstByteWithinMs,
    );
    const secrets = about.map(({ prepared }) => prepared.secret);
    return new Set(secrets).size === secrets.length ? [] : ['two workers are about to send the same'];
  }
}
