import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../../support/eventually.js';

interface Running {
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** PostgreSQL or Redis of one stage: can be ended in any way, and started again on the same data and port. */
export class Service<R extends Running = Running> {
  private running: R | null = null;

  private constructor(
    readonly name: string,
    private readonly launch: (port?: number) => Promise<R>,
    private readonly onStarted: (pid: number) => void,
    private port?: number,
  ) {}

  /** `launch` starts it on the port given, or on a free one. */
  static async start<R extends Running>(
    name: string,
    launch: (port?: number) => Promise<R>,
    onStarted: (pid: number) => void,
  ): Promise<Service<R>> {
    const service = new Service(name, launch, onStarted);
    await service.start();
    return service;
  }

  get isRunning(): boolean {
    return this.running !== null;
  }
  get server(): R {
    if (!this.running) throw new Error(`${this.name} is not running`);
    return this.running;
  }

  /** Starts it where it was, and waits until it answers. */
  async start(): Promise<void> {
    if (this.running) throw new Error(`${this.name} is running already`);
    this.running = await this.launch(this.port);
    this.port = this.running.port;
    this.onStarted(this.running.pid);
  }

  /** Ends it as an administrator would. */
  async stop(): Promise<void> {
    const { server } = this;
    this.thaw();
    this.running = null;
    await server.stop();
  }

  /** Ends it and its children by SIGKILL, and waits until they are gone. */
  async kill(): Promise<void> {
    const pids = this.tree();
    this.running = null;
    signal(pids, 'SIGKILL');
    await eventually(() => {
      if (pids.some(isAlive)) throw new Error(`${this.name} is still there`);
    });
  }

  /** Holds it and its children where they stand; their sockets stay open. */
  freeze(): void {
    signal(this.tree(), 'SIGSTOP');
  }

  thaw(): void {
    signal(this.tree(), 'SIGCONT');
  }

  private tree(): number[] {
    const { pid } = this.server;
    return [pid, ...childrenOf(pid)];
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent);
}

/** A process that nobody has waited for yet is gone all the same. */
function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.state !== 'Z' && stat.state !== 'X';
}

function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const [, state = '', parent = ''] = /\) (\S) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // it has ended already
    }
  }
}
