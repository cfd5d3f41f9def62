import type { AuthorizationState, AuthorizationView } from '@grantkeeper/contracts/authorizations/http';
import { AuthorizationNotFound } from '@grantkeeper/core/authorizations/authorizations.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { findAuthorization } from '@grantkeeper/platform/authorizations/authorization.view';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import { Injectable } from '@nestjs/common';

type Runtime = Extract<Actor, { kind: 'runtime' }>;

/** Nothing for the runtime to do yet but to wait. */
const underWay: readonly AuthorizationState[] = ['waiting', 'consenting', 'code_received', 'exchanging'];
const exchanging: readonly AuthorizationState[] = ['code_received', 'exchanging'];

/** Reads an authorization for its runtime, and waits for what comes of it. */
@Injectable()
export class AuthorizationWatch {
  constructor(
    private readonly pool: SqlPool,
    private readonly waiters: Waiters,
  ) {}

  /** How it stands once it is over or needs the runtime, or after `ms`. */
  untilOutcome(id: string, runtime: Runtime, ms: number): Promise<AuthorizationView> {
    return this.while(underWay, id, runtime, ms);
  }

  whileExchanging(id: string, runtime: Runtime, ms: number): Promise<AuthorizationView> {
    return this.while(exchanging, id, runtime, ms);
  }

  private async while(
    states: readonly AuthorizationState[],
    id: string,
    runtime: Runtime,
    ms: number,
  ): Promise<AuthorizationView> {
    const deadline = performance.now() + ms;
    const ticket = this.waiters.register(id);
    try {
      for (;;) {
        const view = await findAuthorization(this.pool, id, runtime.assistantId, runtime.profiles);
        if (!view) throw new AuthorizationNotFound();
        const leftMs = deadline - performance.now();
        if (!states.includes(view.status) || leftMs <= 0) return view;
        const woken = await ticket.within(Math.min(leftMs, untilOwnEnd(view)));
        if (!woken && this.waiters.isStopping) return view;
      }
    } finally {
      ticket.release();
    }
  }
}

/** A link may run out while it is waited for; the sweeper need not have come by. */
function untilOwnEnd({ status, expiresAt }: AuthorizationView): number {
  const ends = status === 'waiting' || status === 'consenting';
  return ends ? Math.max(250, Date.parse(expiresAt) - Date.now() + 50) : Number.POSITIVE_INFINITY;
}
