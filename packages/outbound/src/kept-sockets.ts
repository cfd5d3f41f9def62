import type { Socket } from 'node:net';
import type { CheckedTarget } from './checked-target.js';

/** How long a connection may lie unused: servers that end idle ones wait longer, so that none ends while a single-use token goes out on it. */
export const idleForMs = 1_000;
/** How old a connection may get, so that a name's new addresses and a server's new certificate are seen. */
const livesForMs = 60_000;
const mostPerOrigin = 100;
const mostInAll = 400;

/** A connection of this process, with what says whether it may carry another request. */
export interface Connected {
  socket: Socket;
  /** The checked address it leads to. */
  address: string;
  /** By `performance.now()`. */
  connectedAt: number;
  /** By both clocks, when its last answer was complete; null before its first request. */
  idleSince: { monotonic: number; wall: number } | null;
}

interface Kept {
  connected: Connected;
  timer: NodeJS.Timeout;
  onClose: () => void;
}

/** Connections whose answer was complete, kept for a moment for the next request to the same origin. */
export class KeptSockets {
  /** By origin, the last one kept last. */
  private readonly kept = new Map<string, Kept[]>();
  private count = 0;
  private isClosed = false;

  /** Keeps a connection, or ends it where it is old, or there are enough. */
  keep(target: CheckedTarget, { socket, address, connectedAt }: Connected): void {
    const now = performance.now();
    const origin = originOf(target);
    const others = this.kept.get(origin) ?? [];
    const isEnough = this.isClosed || others.length >= mostPerOrigin || this.count >= mostInAll;
    if (isEnough || now - connectedAt >= livesForMs || !isUsable(socket)) {
      socket.destroy();
      return;
    }
    const kept: Kept = {
      connected: { socket, address, connectedAt, idleSince: { monotonic: now, wall: Date.now() } },
      timer: setTimeout(() => socket.destroy(), idleForMs).unref(),
      onClose: () => this.forget(origin, others, kept),
    };
    socket.unref();
    socket.once('close', kept.onClose);
    others.push(kept);
    this.kept.set(origin, others);
    this.count += 1;
  }

  /** The connection last kept for this origin that leads to one of the addresses just checked; null where there is none. */
  take(target: CheckedTarget): Connected | null {
    const origin = originOf(target);
    const ofOrigin = this.kept.get(origin) ?? [];
    for (let index = ofOrigin.length - 1; index >= 0; index -= 1) {
      const kept = ofOrigin[index] as Kept;
      const { socket, address } = kept.connected;
      if (!target.addresses.includes(address)) continue;
      this.forget(origin, ofOrigin, kept);
      if (isUsable(socket) && !isIdleTooLong(kept.connected)) {
        socket.ref();
        return kept.connected;
      }
      socket.destroy();
    }
    return null;
  }

  /** Ends what is kept, and keeps nothing from now on. */
  close(): void {
    this.isClosed = true;
    for (const { connected } of [...this.kept.values()].flat()) connected.socket.destroy();
  }

  private forget(origin: string, ofOrigin: Kept[], kept: Kept): void {
    const index = ofOrigin.lastIndexOf(kept);
    if (index < 0) return;
    ofOrigin.splice(index, 1);
    this.count -= 1;
    clearTimeout(kept.timer);
    kept.connected.socket.off('close', kept.onClose);
    if (ofOrigin.length === 0 && this.kept.get(origin) === ofOrigin) this.kept.delete(origin);
  }
}

/** Whether nothing has come and nothing has ended that would make a request on it a gamble. */
export function isUsable({ destroyed, writable, readableEnded, readableLength }: Socket): boolean {
  return !destroyed && writable && !readableEnded && readableLength === 0;
}

/** By either clock: a frozen process notices by one of the two. */
export function isIdleTooLong({ idleSince }: Connected): boolean {
  if (idleSince === null) return false;
  return performance.now() - idleSince.monotonic > idleForMs || Date.now() - idleSince.wall > idleForMs;
}

const originOf = ({ secure, hostHeader }: CheckedTarget): string => `${secure ? 'https' : 'http'}://${hostHeader}`;
