import { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { ExchangeFlights } from '@grantkeeper/platform/authorizations/exchange-flights';
import { PrepareExchange } from '@grantkeeper/platform/authorizations/prepare-exchange';
import { SettleExchange } from '@grantkeeper/platform/authorizations/settle-exchange';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { Flights } from '@grantkeeper/platform/flights/flights';
import { ConsentedGrants } from '@grantkeeper/platform/grants/consented-grants';
import { HoldBackRefresh } from '@grantkeeper/platform/grants/hold-back-refresh';
import { PrepareRefresh } from '@grantkeeper/platform/grants/prepare-refresh';
import { RefreshFlights } from '@grantkeeper/platform/grants/refresh-flights';
import { SettleRefresh } from '@grantkeeper/platform/grants/settle-refresh';
import { HttpTokenEndpoint } from '@grantkeeper/platform/grants/token-endpoint';
import { plainError } from '@grantkeeper/platform/observability/logger';
import type { Provider } from '@nestjs/common';
import type { WorkerLog } from './runtime/worker-log.js';

/** What the processors of exchange and refresh are given. */
export function flightParts(given: { pool: SqlPool; vault: Vault; client: GuardedClient; log: WorkerLog }): Provider[] {
  const { pool, vault, client, log } = given;
  const flights = new Flights((error) =>
    log.warn({ err: plainError(error) }, 'the database is away: an answer is held until it is stored'),
  );
  pool.on('error', () => flights.databaseLost());
  const parts = [
    flights,
    new HttpTokenEndpoint(client),
    new RefreshFlights(pool, flights),
    new PrepareRefresh(vault, new HoldBackRefresh(pool), flights),
    new SettleRefresh(pool, vault, flights),
    new ExchangeFlights(pool, flights),
    new PrepareExchange(pool, vault),
    new SettleExchange(pool, new ConsentedGrants(pool, vault, flights), flights),
  ];
  return parts.map((part) => ({ provide: part.constructor, useValue: part }));
}
