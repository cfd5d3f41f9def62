import type { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { ExchangeFlights } from '@grantkeeper/platform/authorizations/exchange-flights';
import { PrepareExchange } from '@grantkeeper/platform/authorizations/prepare-exchange';
import { SettleExchange } from '@grantkeeper/platform/authorizations/settle-exchange';
import type { Vault } from '@grantkeeper/platform/crypto/vault';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { Flights } from '@grantkeeper/platform/flights/flights';
import type { ProviderGates } from '@grantkeeper/platform/gates/provider-gates';
import { ConsentedGrants } from '@grantkeeper/platform/grants/consented-grants';
import { DeferRefreshes } from '@grantkeeper/platform/grants/defer-refreshes';
import { HoldBackRefresh } from '@grantkeeper/platform/grants/hold-back-refresh';
import { PrepareRefresh } from '@grantkeeper/platform/grants/prepare-refresh';
import { RefreshFlights } from '@grantkeeper/platform/grants/refresh-flights';
import { RefreshPermits } from '@grantkeeper/platform/grants/refresh-permits';
import { RevocationTokens } from '@grantkeeper/platform/grants/revocation-tokens';
import { SettleRefresh } from '@grantkeeper/platform/grants/settle-refresh';
import { HttpTokenEndpoint } from '@grantkeeper/platform/grants/token-endpoint';
import type { Provider } from '@nestjs/common';

/** Every part of an exchange, a refresh, a revocation and a test run, put together. */
export function flightParts(
  pool: SqlPool,
  vault: Vault,
  client: GuardedClient,
  flights: Flights,
  gates: ProviderGates,
): Provider[] {
  const consented = new ConsentedGrants(pool, vault, flights);
  const parts = [
    flights,
    gates,
    new HttpTokenEndpoint(client),
    new ExchangeFlights(pool, flights),
    new PrepareExchange(pool, vault),
    new SettleExchange(pool, consented, flights),
    consented,
    new RefreshFlights(pool, flights),
    new RefreshPermits(gates, new DeferRefreshes(pool)),
    new PrepareRefresh(vault, new HoldBackRefresh(pool), flights),
    new SettleRefresh(pool, vault, flights),
    new RevocationTokens(pool, vault),
    vault,
  ];
  return parts.map((part) => ({ provide: part.constructor, useValue: part }));
}
