import { isOver } from '@grantkeeper/core/authorizations/authorization-states';
import { classifyExchange, type ExchangeVerdict, type SendOutcome } from '@grantkeeper/core/grants/answer-class';
import { expiresAt } from '@grantkeeper/core/grants/refresh-policy';
import type { TokenSet } from '@grantkeeper/core/grants/token-answer';
import { Flights } from '@grantkeeper/platform/flights/flights';
import type { AuthorizationView, Flight, FlightStore, Prepared, View } from './flight-store.js';
import {
  hasExpired,
  type MemoryFlight,
  type MemoryGrant,
  type Moment,
  markGrant,
  putBack,
  type ReadGrant,
  readGrant,
  requireReconnect,
  settleGrant,
} from './memory-grant.js';

interface MemoryAuthorization extends AuthorizationView {
  code: string;
  sentAt: number;
  sendFailures: number;
  receivedAt: number;
}

/** The rules of the flights without a database: what PostgreSQL has to do for one user's account, one statement at a time. */
export class MemoryStore implements FlightStore {
  readonly grants: MemoryGrant[] = [];
  readonly authorizations: MemoryAuthorization[] = [];
  readonly revocations: string[] = [];
  isEnabled = true;
  private readonly flights: Flights[];

  constructor(
    readonly clock: { now: number },
    readonly reuseSeconds: number | null,
    workers: number,
  ) {
    this.flights = Array.from({ length: workers }, () => new Flights(undefined, () => clock.now));
  }

  get moment(): Moment {
    return { now: this.clock.now, reuseSeconds: this.reuseSeconds };
  }

  begin(kind: 'exchange' | 'refresh', worker: number, attempt: string): Promise<Flight | null> {
    const flights = this.flights[worker] as Flights;
    return flights.watching(async () => {
      if (kind === 'refresh') {
        const grant = this.grants.at(-1);
        return grant?.status === 'active' && this.isEnabled ? new MemoryRefresh(this, grant, attempt, flights) : null;
      }
      const one = this.authorizations.at(-1);
      return one?.state === 'code_received' && one.attempt === null ? new MemoryExchange(this, one, attempt, flights) : null;
    });
  }

  async consent(id: string, code: string): Promise<void> {
    this.closeOpen();
    const received = { sentAt: 0, sendFailures: 0, receivedAt: this.clock.now };
    this.authorizations.push({ id, state: 'code_received', reason: null, attempt: null, code, ...received });
  }

  async signOut(): Promise<void> {
    const grant = this.living();
    if (!grant) return;
    this.closeOpen();
    if (grant.accessToken !== null) this.revocations.push(grant.accessToken);
    const gone = { accessToken: null, refreshToken: null, attempt: null, sentAt: null, sends: 0 };
    Object.assign(grant, { status: 'ended', reason: 'signed_out', version: grant.version + 1, ...gone });
  }

  rewrap(): Promise<void> {
    return Promise.resolve();
  }

  async enable(isEnabled: boolean): Promise<void> {
    this.isEnabled = isEnabled;
  }

  async expire(): Promise<void> {
    for (const one of this.authorizations)
      if (one.state === 'exchanging' && one.sentAt < this.clock.now - 30_000) one.state = 'outcome_unknown';
      else if (one.state === 'code_received' && isStale(one, this.clock.now)) one.state = 'expired';
  }

  async databaseLost(): Promise<void> {
    for (const one of this.flights) one.databaseLost();
  }

  elapse(): Promise<void> {
    return Promise.resolve();
  }

  async view(): Promise<View> {
    const grant = this.grants.at(-1);
    const one = this.authorizations.at(-1);
    return {
      grant: grant ? grantView(grant, this.moment) : null,
      authorization: one ? { id: one.id, state: one.state, reason: one.reason, attempt: one.attempt } : null,
      revocations: [...this.revocations].sort(),
    };
  }

  living(): MemoryGrant | undefined {
    const grant = this.grants.at(-1);
    return grant?.status === 'ended' ? undefined : grant;
  }

  /** The living grant gets the token set, or a new one is made; false where the old refresh token is to stay and is in flight. */
  keepConsented(tokens: TokenSet, sentAt: number): boolean {
    const living = this.living();
    const wantsOld = tokens.refreshToken === null && living?.status === 'active';
    if (wantsOld && living.sentAt !== null && living.sentAt > this.clock.now - 30_000) return false;
    const keepsOld = wantsOld && living.attempt === null;
    const grant = {
      id: living?.id ?? `grant ${this.grants.length}`,
      status: 'active' as const,
      reason: null,
      version: (living?.version ?? 0) + 1,
      attempt: null,
      sentAt: null,
      sends: 0,
      constant: false,
      lastFailure: null,
      accessToken: tokens.accessToken,
      refreshToken: keepsOld ? living.refreshToken : tokens.refreshToken,
      expiresAt: expiresAt(new Date(sentAt), tokens.expiresInSeconds)?.getTime() ?? Number.POSITIVE_INFINITY,
    };
    if (living) Object.assign(living, grant);
    else this.grants.push(grant);
    return true;
  }

  /** Tokens that came too late are revoked, unless that could end another consent of the same user. */
  revokeUnwanted(late: MemoryAuthorization, accessToken: string): void {
    const isUnderWay = this.authorizations.some((one) => one !== late && ['code_received', 'exchanging'].includes(one.state));
    const wasEnded = late.state === 'abandoned' || late.state === 'outcome_unknown';
    if (wasEnded && !isUnderWay && !this.living()) this.revocations.push(accessToken);
  }

  private closeOpen(): void {
    for (const one of this.authorizations) {
      if (!isOver(one.state)) Object.assign(one, { state: 'abandoned', attempt: null });
      else if (one.state === 'outcome_unknown') one.attempt = null;
    }
  }
}

/** A code is not sent after ten minutes; 4 s less, as time passes in steps of 8 s and PostgreSQL's goes on between them. */
const isStale = ({ receivedAt }: MemoryAuthorization, now: number): boolean => receivedAt < now - 596_000;

function grantView(grant: MemoryGrant, moment: Moment): View['grant'] {
  const { sentAt: _sentAt, expiresAt: _expiresAt, ...shown } = grant;
  return { ...shown, hasExpired: grant.status !== 'ended' && hasExpired(grant, moment) };
}

class MemoryRefresh implements Flight {
  private readonly read: ReadGrant;
  private flight: MemoryFlight | null = null;

  constructor(
    private readonly store: MemoryStore,
    private readonly grant: MemoryGrant,
    private readonly attempt: string,
    private readonly flights: Flights,
  ) {
    this.read = readGrant(grant, store.moment);
  }

  async prepare(): Promise<Prepared | null> {
    const { grant, read } = this;
    if (read.standing === 'under-way') return null;
    if (read.standing !== 'free' && !this.flights.mayActOnSilence()) return null;
    if (read.refreshToken === null) {
      if (read.hadExpired) requireReconnect(grant, read, 'no_refresh_token');
      return null;
    }
    if (read.standing === 'give-up') requireReconnect(grant, read, 'outcome_unknown');
    if (read.standing === 'give-up' || read.standing === 'wait-for-end') return null;
    return { secret: read.refreshToken, mayRepeat: read.constant };
  }

  mark(): Promise<boolean> {
    return this.flights.watching(async () => this.markNow());
  }

  private markNow(): boolean {
    const { store, grant, read, attempt } = this;
    if (!store.isEnabled || !markGrant(grant, read, attempt, store.moment)) return false;
    this.flight = { read, attempt, sentAt: store.clock.now };
    return true;
  }

  withdraw(): Promise<void> {
    return this.flights.watching(async () => putBack(this.grant, this.read, this.attempt, 'mark_unconfirmed'));
  }

  async settle(outcome: SendOutcome): Promise<boolean> {
    await this.flights.watching(async () => {
      const late = settleGrant(this.grant, this.flight as MemoryFlight, outcome, this.store.moment);
      if (late !== null) this.store.revocations.push(late);
    });
    return true;
  }
}

class MemoryExchange implements Flight {
  private sentAt = 0;
  private readonly wasEnabled: boolean;

  constructor(
    private readonly store: MemoryStore,
    private readonly one: MemoryAuthorization,
    private readonly attempt: string,
    private readonly flights: Flights,
  ) {
    this.wasEnabled = store.isEnabled;
  }

  async prepare(): Promise<Prepared | null> {
    if (this.wasEnabled) return { secret: this.one.code, mayRepeat: false };
    if (this.one.state === 'code_received' && this.one.attempt === null) this.fail('profile_unavailable');
    return null;
  }

  mark(): Promise<boolean> {
    return this.flights.watching(async () => this.markNow());
  }

  private markNow(): boolean {
    const { store, one, attempt } = this;
    if (!store.isEnabled || one.state !== 'code_received' || one.attempt !== null || isStale(one, store.clock.now)) return false;
    this.sentAt = store.clock.now;
    Object.assign(one, { state: 'exchanging', attempt, sentAt: this.sentAt });
    return true;
  }

  withdraw(): Promise<void> {
    return this.flights.watching(async () => this.waitOrFail());
  }

  async settle(outcome: SendOutcome): Promise<boolean> {
    const verdict = classifyExchange(outcome);
    return verdict.kind === 'unknown' || this.flights.watching(async () => this.settleNow(verdict)); // an unknown outcome is stored nowhere
  }

  private settleNow(verdict: ExchangeVerdict): boolean {
    if (!this.isMine()) {
      if (verdict.kind === 'tokens') this.store.revokeUnwanted(this.one, verdict.tokens.accessToken);
      return true;
    }
    if (verdict.kind === 'not-sent') this.waitOrFail();
    if (verdict.kind === 'failed') this.fail(verdict.reason);
    if (verdict.kind !== 'tokens') return true;
    if (!this.store.keepConsented(verdict.tokens, this.sentAt)) return false;
    Object.assign(this.one, { state: 'consented', attempt: null });
    return true;
  }

  private isMine(): boolean {
    return this.one.attempt === this.attempt && (this.one.state === 'exchanging' || this.one.state === 'outcome_unknown');
  }

  private fail(reason: string): void {
    Object.assign(this.one, { state: 'failed', reason, attempt: null });
  }

  private waitOrFail(): void {
    const { one, store } = this;
    if (!this.isMine()) return;
    const mayWait = one.sendFailures < 3 || one.receivedAt > store.clock.now - 60_000;
    if (one.state === 'outcome_unknown' || !mayWait) this.fail('provider_unreachable');
    else Object.assign(one, { state: 'code_received', attempt: null, sendFailures: one.sendFailures + 1 });
  }
}
