import type { Socket } from 'node:net';
import type { CheckedTarget } from './checked-target.js';
import type { FirstByteDeadline, OpenConnection, OutboundAnswer, OutboundRequest } from './guarded-client.js';
import { exchange } from './http-exchange.js';
import { NoAnswer, NotSent } from './outbound-errors.js';
import type { OutboundLimits } from './outbound-limits.js';

/** A guarded connection that waits for its one request, and is cut when the time of the whole call is over. */
export class HeldConnection implements OpenConnection {
  private used = false;
  private overdue = false;

  constructor(
    private readonly socket: Socket,
    private readonly target: CheckedTarget,
    private readonly limits: OutboundLimits,
    private readonly endsAt: number,
  ) {
    const timer = setTimeout(() => this.cut(), endsAt - performance.now());
    socket.once('close', () => clearTimeout(timer));
  }

  async send(request: OutboundRequest, deadline?: FirstByteDeadline, onSent?: () => void): Promise<OutboundAnswer> {
    // Not NotSent: nobody may take a programming error for the proof that the first request has not left.
    if (this.used) throw new Error('A connection carries one request only.');
    this.used = true;
    try {
      return await exchange(this.socket, this.target, request, this.limits, () => this.refuseToStart(deadline), onSent);
    } catch (error) {
      if (this.overdue && error instanceof NoAnswer) throw new NoAnswer('timeout', `${this.target.host} did not answer in time.`);
      throw error;
    } finally {
      this.close();
    }
  }

  close(): void {
    this.socket.destroy();
  }

  private cut(): void {
    this.overdue = true;
    this.close();
  }

  /** Runs in the same turn as the write: whatever it lets pass is on its way before anything else happens. */
  private refuseToStart(deadline?: FirstByteDeadline): void {
    const { host } = this.target;
    const now = performance.now();
    const isLate = deadline && (now > deadline.firstByteBy || Date.now() > deadline.firstByteByWall);
    if (isLate || this.overdue || now >= this.endsAt) throw new NotSent('late', `The time to call ${host} had passed.`);

    const { destroyed, writable, readableEnded, readableLength } = this.socket;
    if (destroyed || !writable || readableEnded || readableLength > 0) {
      throw new NotSent('closed', `The connection to ${host} was closed before the request.`);
    }
  }
}
