import { createSecureContext, type SecureContext } from 'node:tls';
import { checkTarget } from './checked-target.js';
import { connectTo } from './guarded-connection.js';
import { HeldConnection } from './held-connection.js';
import { DEFAULT_LIMITS, type OutboundLimits } from './outbound-limits.js';
import type { OutboundPolicy } from './outbound-policy.js';

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

/** The one way out: every call to an outside host is resolved, checked, connected and bounded here. */
export class GuardedClient {
  private readonly limits: OutboundLimits;
  private readonly secureContext: SecureContext;

  constructor(
    private readonly policy: OutboundPolicy,
    limits: Partial<OutboundLimits> = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.secureContext = createSecureContext({ ca: this.limits.ca, minVersion: 'TLSv1.2' });
  }

  /** Resolves, guards, connects and (https) shakes hands; nothing of a request is sent. Throws NotSent. */
  async open(url: string): Promise<OpenConnection> {
    const openedAt = performance.now();
    const cut = new AbortController();
    const timer = setTimeout(() => cut.abort(), Math.min(this.limits.connectMs, this.limits.totalMs));
    try {
      const target = await checkTarget(url, this.policy, this.limits.lookup, cut.signal);
      const socket = await connectTo(target, cut.signal, this.secureContext);
      return new HeldConnection(socket, target, this.limits, openedAt + this.limits.totalMs);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Opens and sends at once. Throws NotSent | NoAnswer | UnreadableAnswer. */
  async call(url: string, request: OutboundRequest): Promise<OutboundAnswer> {
    const connection = await this.open(url);
    return connection.send(request);
  }
}
