import { Flights } from '@grantkeeper/platform/flights/flights';
import { PrepareRefresh } from '@grantkeeper/platform/grants/prepare-refresh';
import { RefreshFlights } from '@grantkeeper/platform/grants/refresh-flights';
import { RefreshPermits } from '@grantkeeper/platform/grants/refresh-permits';
import { SettleRefresh } from '@grantkeeper/platform/grants/settle-refresh';
import { HttpTokenEndpoint } from '@grantkeeper/platform/grants/token-endpoint';
import type { FlightBench } from '@grantkeeper/tests/support/flight-bench';
import { RefreshProcessor } from '../src/grants/refresh.processor.js';
import { flightParts } from '../src/runtime/flight-parts.js';
import { loneGates } from './lone-gates.js';

const attempt = {
  correlationId: 'c',
  signal: new AbortController().signal,
  context: { kind: 'test', correlationId: 'c', ids: {} },
};

/** A worker's refreshes, without its processes; `told` holds what kept answers from being stored. `connecting` happens while the provider is connected to. */
export function flightWorker(on: FlightBench, pool: FlightBench['pool'] = on.pool, connecting?: () => Promise<void>) {
  const told: Error[] = [];
  const gates = loneGates();
  const flights = new Flights((error) => told.push(error));
  const client = Object.assign(Object.create(on.client), {
    open: async (url: string) => {
      await connecting?.();
      return on.client.open(url);
    },
  });
  const parts = flightParts(pool, on.vault, client, flights, gates);
  const part = <T>(type: abstract new (...given: never[]) => T): T =>
    (parts as { provide: unknown; useValue: unknown }[]).find(({ provide }) => provide === type)?.useValue as T;
  const settle = part(SettleRefresh);
  const refreshes = part(RefreshFlights);
  const processor = new RefreshProcessor(
    refreshes,
    part(PrepareRefresh),
    part(RefreshPermits),
    part(HttpTokenEndpoint),
    settle,
    flights,
  );
  const refresh = (grantId: string, version = 1) => processor.process({ grantId, version }, attempt);
  return { flights, gates, refresh, refreshes, settle, told };
}
