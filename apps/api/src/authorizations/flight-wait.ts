import type { ConfirmedHeld } from '@grantkeeper/platform/grants/held-grants';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import { Injectable } from '@nestjs/common';

type FlightUnderWay = Extract<ConfirmedHeld, { kind: 'flight-under-way' }>;

/** A flight has 30 s before its outcome counts as unknown; then its refresh token is not kept and there is nothing to wait for. */
const flightMs = 31_000;

/** Waits for a refresh that stands in the way of a confirmation. */
@Injectable()
export class FlightWait {
  constructor(private readonly waiters: Waiters) {}

  /** Runs a transaction that may find a flight under way, again after that has settled. */
  async untilNone<T extends { kind: string } | null>(attempt: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + flightMs;
    for (;;) {
      const outcome = await attempt();
      const leftMs = deadline - performance.now();
      if (outcome?.kind !== 'flight-under-way' || leftMs <= 0) return outcome;
      const ticket = this.waiters.register((outcome as unknown as FlightUnderWay).grantId);
      await ticket.within(Math.min(leftMs, 1_000));
      ticket.release();
    }
  }
}
