import { createServer, type Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { claimPorts } from './ports.js';

/** Which way bytes go: to the server that stands behind, or back from it. */
export type Direction = 'there' | 'back';

interface Pair {
  client: Socket;
  server: Socket;
  forgotten: boolean;
}

/** Stands before a server on loopback and does to its connections what networks do. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  /** Pending while no byte may come through. */
  private voice = Promise.resolve();
  private giveVoice: () => void = () => undefined;
  private latencyMs = 0;
  private cut: { direction: Direction; bytes: number } | null = null;
  private listener: Server | null = null;

  private constructor(
    readonly port: number,
    private readonly target: { host: string; port: number },
  ) {}

  /** Listens on a free loopback port, before the server that this URL names. */
  static async before(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const [own = 0] = await claimPorts(1);
    const proxy = new TcpProxy(own, { host: hostname, port: Number(port) });
    await proxy.accept();
    return proxy;
  }

  /** The same URL, by way of this proxy. */
  through(url: string): string {
    const by = new URL(url);
    by.hostname = '127.0.0.1';
    by.port = String(this.port);
    return by.href;
  }

  /** How many connections go through it now. */
  get connections(): number {
    return this.pairs.size;
  }

  /** Holds every byte this long, from now on. */
  latency(milliseconds: number): void {
    this.latencyMs = milliseconds;
  }

  /** Half-open: connections stay and are accepted, and nothing comes through in either direction. `speak` lets what was held go on. */
  goSilent(): void {
    this.giveVoice();
    this.voice = new Promise((resolve) => {
      this.giveVoice = resolve;
    });
  }

  speak(): void {
    this.giveVoice();
  }

  /** The connections there are fall silent for good; new ones are let through. So do routers that have lost their tables. */
  forget(): void {
    for (const pair of this.pairs) pair.forgotten = true;
  }

  /** Resets every connection there is (RST); new ones are let through. */
  reset(): void {
    for (const { client, server } of this.pairs) for (const one of [client, server]) one.resetAndDestroy();
  }

  /** Ends each connection once so many bytes have gone this way from now on; what follows is lost. */
  cutAfter(direction: Direction, bytes: number): void {
    this.cut = { direction, bytes };
  }

  /** As it was in the beginning. Connections that were cut stay cut. */
  mend(): void {
    this.cut = null;
    this.latencyMs = 0;
    this.speak();
  }

  /** Refuses new connections and resets those there are: the server's machine is there, the server is not. */
  async refuse(): Promise<void> {
    const { listener } = this;
    if (!listener) return;
    this.listener = null;
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
    this.reset();
    await closed;
  }

  /** Listens again on its port. */
  async accept(): Promise<void> {
    if (this.listener) return;
    const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => this.connect(client));
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(this.port, '127.0.0.1', () => resolve());
    });
    this.listener = listener;
  }

  stop(): Promise<void> {
    return this.refuse();
  }

  private connect(client: Socket): void {
    const server = new Socket({ allowHalfOpen: true });
    const pair = { client, server, forgotten: false };
    this.pairs.add(pair);
    this.relay(pair, client, server, 'there');
    this.relay(pair, server, client, 'back');
    server.connect(this.target);
    for (const one of [client, server]) {
      one.setNoDelay(true).on('error', () => undefined);
      one.once('close', () => client.destroyed && server.destroyed && this.pairs.delete(pair));
    }
    client.resume();
  }

  /** Passes on what comes, in order, each byte after the latency; the end and the reset too. */
  private relay(pair: Pair, from: Socket, to: Socket, direction: Direction): void {
    let order = Promise.resolve();
    let left = Number.POSITIVE_INFINITY;
    let counting: TcpProxy['cut'] = null;
    const inOrder = (act: () => void): void => {
      const due = this.latencyMs === 0 ? undefined : delay(this.latencyMs);
      order = order
        .then(() => due)
        .then(() => this.voice)
        .then(() => {
          if (!pair.forgotten) act();
        });
    };
    from.on('data', (chunk) => {
      if (counting !== this.cut) {
        counting = this.cut;
        left = counting?.direction === direction ? counting.bytes : Number.POSITIVE_INFINITY;
      }
      const passing = chunk.subarray(0, left);
      left -= passing.length;
      inOrder(() => pass(from, to, passing));
      if (passing.length < chunk.length) inOrder(() => to.end(() => to.destroy()));
    });
    from.on('end', () => inOrder(() => to.end()));
    from.on('close', () => inOrder(() => to.writableEnded || to.resetAndDestroy()));
    to.on('close', () => inOrder(() => from.resetAndDestroy()));
  }
}

function pass(from: Socket, to: Socket, bytes: Buffer): void {
  if (to.destroyed || bytes.length === 0 || to.write(bytes)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
