import type { Socket } from 'node:net';
import type { CheckedTarget } from './checked-target.js';
import type { FirstByteDeadline, OpenConnection, OutboundAnswer, OutboundRequest } from './guarded-client.js';
import { exchange } from './http-exchange.js';
import { type Connected, isIdleTooLong, isUsable } from './kept-sockets.js';
import { NoAnswer, NotSent } from './outbound-errors.js';
import type { OutboundLimits } from './outbound-limits.js';

/** A timer that is as late as this had no turn of the event loop before: the process was held. */
const LATE_MS = 500;
const READ_ON_MS = 1_000;

/** A guarded connection that waits for its one request, and is cut when the time of the whole call is over. */
export class HeldConnection implements OpenConnection {
  private state: 'waiting' | 'sending' | 'answered' | 'closed' = 'waiting';
  private overdue = false;
  private isFree = false;
  private timer: NodeJS.Timeout;
  private readonly socket: Socket;

  /** `keep` is given the connection when its answer is complete and it may carry another request. */
  constructor(
    private readonly connected: Connected,
    private readonly target: CheckedTarget,
    private readonly limits: OutboundLimits,
    private readonly endsAt: number,
    private readonly keep: (connected: Connected) => void,
  ) {
    this.socket = connected.socket;
    this.timer = setTimeout(() => this.cut(), endsAt - performance.now());
    this.socket.once('close', this.release);
    this.socket.once('free', this.onFree);
  }

  async send(request: OutboundRequest, deadline?: FirstByteDeadline, onSent?: () => void): Promise<OutboundAnswer> {
    // Not NotSent: nobody may take a programming error for the proof that the first request has not left.
    if (this.state === 'sending' || this.state === 'answered') throw new Error('A connection carries one request only.');
    this.state = 'sending';
    try {
      const answer = await exchange(this.socket, this.target, request, this.limits, () => this.refuseToStart(deadline), onSent);
      this.state = 'answered';
      if (endsSoon(answer)) this.socket.destroy();
      this.giveBack();
      return answer;
    } catch (error) {
      this.close();
      if (this.overdue && error instanceof NoAnswer) throw new NoAnswer('timeout', `${this.target.host} did not answer in time.`);
      throw error;
    }
  }

  /** Ends a connection that has no complete answer; what had one is no longer this call's. */
  close(): void {
    if (this.state === 'answered') return;
    this.state = 'closed';
    this.socket.destroy();
  }

  /** Late itself, because the process was frozen or busy, it reads first what came meanwhile: a good answer would become an outcome that nobody knows. */
  private cut(): void {
    const end = (): void => {
      this.overdue = true;
      this.socket.destroy();
    };
    if (performance.now() - this.endsAt > LATE_MS) this.timer = setTimeout(end, READ_ON_MS);
    else end();
  }

  private readonly onFree = (): void => {
    this.isFree = true;
    this.socket.on('data', endUnasked);
    this.giveBack();
  };

  /** Both are needed: the answer is read to its end, and node has let go of the socket. */
  private giveBack(): void {
    if (!this.isFree || this.state !== 'answered' || this.socket.destroyed) return;
    this.release();
    this.keep(this.connected);
  }

  private readonly release = (): void => {
    clearTimeout(this.timer);
    this.socket.off('close', this.release);
    this.socket.off('free', this.onFree);
  };

  /** Runs in the same turn as the write: whatever it lets pass is on its way before anything else happens. */
  private refuseToStart(deadline?: FirstByteDeadline): void {
    const { host } = this.target;
    const now = performance.now();
    const isLate = deadline && (now > deadline.firstByteBy || Date.now() > deadline.firstByteByWall);
    if (isLate || this.overdue || now >= this.endsAt) throw new NotSent('late', `The time to call ${host} had passed.`);
    if (!isUsable(this.socket) || isIdleTooLong(this.connected)) {
      throw new NotSent('closed', `The connection to ${host} was closed before the request.`);
    }
    this.socket.off('data', endUnasked);
  }
}

/** The server says that it waits hardly longer than we do (RFC 2068 section 19.7.1.1). */
function endsSoon({ headers }: OutboundAnswer): boolean {
  return /timeout\s*=\s*[01]\b/i.test(headers['keep-alive'] ?? '');
}

/** What comes while nothing was asked answers nothing: the connection is no longer to be trusted. */
function endUnasked(this: Socket): void {
  this.destroy();
}
