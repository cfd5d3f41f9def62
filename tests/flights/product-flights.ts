import { classifyExchange, classifyRefresh, type SendOutcome } from '@grantkeeper/core/grants/answer-class';
import { type ExchangeFlight, ExchangeFlights, type ExchangeTry } from '@grantkeeper/platform/authorizations/exchange-flights';
import { PrepareExchange } from '@grantkeeper/platform/authorizations/prepare-exchange';
import { SettleExchange } from '@grantkeeper/platform/authorizations/settle-exchange';
import type { Vault } from '@grantkeeper/platform/crypto/vault';
import { Flights } from '@grantkeeper/platform/flights/flights';
import { ConsentedGrants } from '@grantkeeper/platform/grants/consented-grants';
import { HoldBackRefresh } from '@grantkeeper/platform/grants/hold-back-refresh';
import { PrepareRefresh } from '@grantkeeper/platform/grants/prepare-refresh';
import { type RefreshFlight, RefreshFlights, type RefreshTry } from '@grantkeeper/platform/grants/refresh-flights';
import { SettleRefresh } from '@grantkeeper/platform/grants/settle-refresh';
import type pg from 'pg';
import type { Flight, Prepared } from './flight-store.js';

/** The parts of one worker's flights, as its process puts them together. */
export class ProductFlights {
  readonly flights: Flights;
  readonly refreshes: RefreshFlights;
  readonly prepareRefresh: PrepareRefresh;
  readonly settleRefresh: SettleRefresh;
  readonly exchanges: ExchangeFlights;
  readonly prepareExchange: PrepareExchange;
  readonly settleExchange: SettleExchange;

  constructor(
    readonly pool: pg.Pool,
    readonly vault: Vault,
    now?: () => number,
  ) {
    this.flights = new Flights(undefined, now);
    this.refreshes = new RefreshFlights(pool, this.flights);
    this.prepareRefresh = new PrepareRefresh(vault, new HoldBackRefresh(pool), this.flights);
    this.settleRefresh = new SettleRefresh(pool, vault, this.flights);
    this.exchanges = new ExchangeFlights(pool, this.flights);
    this.prepareExchange = new PrepareExchange(pool, vault);
    this.settleExchange = new SettleExchange(pool, new ConsentedGrants(pool, vault, this.flights), this.flights);
  }

  async beginRefresh(grantId: string, version: number, attempt: string): Promise<ProductRefresh | null> {
    const read = await this.refreshes.read(grantId, version);
    return read && new ProductRefresh(this, { read, attempt, correlationId: 'flight' });
  }

  async beginExchange(authorizationId: string, attempt: string): Promise<ProductExchange | null> {
    const read = await this.exchanges.read(authorizationId);
    if (!read) return null;
    const { assistantId, code } = read;
    const plain = await this.vault.open(assistantId, { table: 'authorization', row: authorizationId, field: 'code' }, code);
    return new ProductExchange(this, { read, attempt, correlationId: 'flight' }, plain);
  }
}

/** A refresh by the product's own statements, up to the request and from the answer on. */
class ProductRefresh implements Flight {
  private flight: RefreshFlight | null = null;
  private secret = '';

  constructor(
    private readonly parts: ProductFlights,
    private readonly trial: RefreshTry,
  ) {}

  async prepare(): Promise<Prepared | null> {
    const prepared = await this.parts.prepareRefresh.prepare(this.trial);
    if (!prepared) return null;
    this.secret = prepared.refreshToken;
    return { secret: prepared.refreshToken, mayRepeat: this.trial.read.constant };
  }

  async mark(): Promise<boolean> {
    this.flight = await this.parts.refreshes.mark(this.trial);
    return this.flight !== null;
  }

  withdraw(): Promise<void> {
    return this.parts.settleRefresh.withdraw(this.trial);
  }

  async settle(outcome: SendOutcome): Promise<boolean> {
    await this.parts.settleRefresh.untilStored(this.flight as RefreshFlight, classifyRefresh(outcome), this.secret);
    return true;
  }

  /** What it remembers of instants moves as the rows do. */
  elapse(milliseconds: number): void {
    for (const at of [this.trial.read.markedAt, this.flight?.sentAt]) at?.setTime(at.getTime() - milliseconds);
  }
}

/** An exchange by the product's own statements. */
class ProductExchange implements Flight {
  private flight: ExchangeFlight | null = null;

  constructor(
    private readonly parts: ProductFlights,
    private readonly trial: ExchangeTry,
    private readonly code: string,
  ) {}

  async prepare(): Promise<Prepared | null> {
    return (await this.parts.prepareExchange.prepare(this.trial)) && { secret: this.code, mayRepeat: false };
  }

  async mark(): Promise<boolean> {
    this.flight = await this.parts.exchanges.mark(this.trial);
    return this.flight !== null;
  }

  withdraw(): Promise<void> {
    return this.parts.settleExchange.withdraw(this.trial);
  }

  async settle(outcome: SendOutcome): Promise<boolean> {
    await this.parts.settleExchange.untilStored(this.flight as ExchangeFlight, classifyExchange(outcome));
    return true;
  }

  elapse(milliseconds: number): void {
    const at = this.flight?.sentAt;
    at?.setTime(at.getTime() - milliseconds);
  }
}
