import { createSecureContext, type SecureContext } from 'node:tls';
import { type CheckedTarget, checkTarget } from './checked-target.js';
import { connectTo } from './guarded-connection.js';
import { HeldConnection } from './held-connection.js';
import { type Connected, KeptSockets } from './kept-sockets.js';
import { DEFAULT_LIMITS, type OutboundLimits } from './outbound-limits.js';
import type { OutboundPolicy } from './outbound-policy.js';
import { RenewedConnection } from './renewed-connection.js';

/** What is sent; the URL was fixed by `open`. Host, framing and connection headers are the client's own. */
export interface OutboundRequest {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
}

/** A complete answer, whatever its status. */
export interface OutboundAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  sentAt: Date;
  receivedAt: Date;
  truncated: false;
}

/** On whose behalf a host is called: what is done, the id that ties log lines together, and whose (ids only). */
export interface CallContext {
  kind: string;
  correlationId: string;
  ids: Readonly<Record<string, unknown>>;
}

/** The last moment for the first byte, by `performance.now()` and by `Date.now()`: a frozen process notices by one of the two. */
export interface FirstByteDeadline {
  firstByteBy: number;
  firstByteByWall: number;
}

/** A connection ready to carry one request. */
export interface OpenConnection {
  /**
   * Sends and resolves with a complete answer, redirects included; `onSent` is called when all of the request was handed to the
   * operating system. Throws NotSent | NoAnswer | UnreadableAnswer.
   */
  send(request: OutboundRequest, deadline?: FirstByteDeadline, onSent?: () => void): Promise<OutboundAnswer>;
  close(): void;
}

/**
 * The one way out: every call to an outside host is resolved, checked, connected and bounded here. A connection that a complete answer has left open
 * carries the next request to its origin, within a second and only to an address that was checked for that request.
 */
export class GuardedClient {
  private readonly limits: OutboundLimits;
  private readonly secureContext: SecureContext;
  private readonly keptSockets = new KeptSockets();

  constructor(
    private readonly policy: OutboundPolicy,
    limits: Partial<OutboundLimits> = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.secureContext = createSecureContext({ ca: this.limits.ca, minVersion: 'TLSv1.2' });
  }

  /** Resolves, guards, connects and (https) shakes hands, or takes a kept connection; nothing of a request is sent. Throws NotSent. */
  async open(url: string, _context?: CallContext): Promise<OpenConnection> {
    const openedAt = performance.now();
    const endsAt = openedAt + this.limits.totalMs;
    const target = await this.within(openedAt, (signal) => checkTarget(url, this.policy, this.limits.lookup, signal));
    const kept = this.keptSockets.take(target);
    if (kept === null) return this.connect(target, openedAt, endsAt);
    return new RenewedConnection(this.held(kept, target, endsAt), () => this.connect(target, performance.now(), endsAt));
  }

  /** Opens and sends at once. Throws NotSent | NoAnswer | UnreadableAnswer. */
  async call(url: string, request: OutboundRequest, context?: CallContext): Promise<OutboundAnswer> {
    const connection = await this.open(url, context);
    return connection.send(request);
  }

  /** Ends every connection that carries no request, and keeps none from now on. */
  close(): void {
    this.keptSockets.close();
  }

  private async connect(target: CheckedTarget, startedAt: number, endsAt: number): Promise<OpenConnection> {
    const connected = await this.within(startedAt, (signal) => connectTo(target, signal, this.secureContext));
    return this.held({ ...connected, connectedAt: performance.now(), idleSince: null }, target, endsAt);
  }

  private held(connected: Connected, target: CheckedTarget, endsAt: number): OpenConnection {
    return new HeldConnection(connected, target, this.limits, endsAt, (free) => this.keptSockets.keep(target, free));
  }

  /** Cuts `work` when the time to connect, counted from `startedAt`, is over. */
  private async within<T>(startedAt: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cut = new AbortController();
    const { connectMs, totalMs } = this.limits;
    const timer = setTimeout(() => cut.abort(), startedAt + Math.min(connectMs, totalMs) - performance.now());
    try {
      return await work(cut.signal);
    } finally {
      clearTimeout(timer);
    }
  }
}
