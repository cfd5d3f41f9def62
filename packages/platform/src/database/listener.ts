import pg from 'pg';

/** LISTEN on a connection of its own; comes back by itself after a lost connection and says so, for what was missed meanwhile. A connection that does not answer from one check to the next is lost. */
export class Listener {
  private client: pg.Client | null = null;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;
  private checking: NodeJS.Timeout | undefined;
  private connecting: Promise<void> = Promise.resolve();

  constructor(
    private readonly databaseUrl: string,
    private readonly channels: Readonly<Record<string, (payload: string) => void>>,
    private readonly onConnected: () => void = () => undefined,
    private readonly checkEveryMs = 5_000,
  ) {}

  start(): Promise<void> {
    this.connecting = this.connect();
    return this.connecting;
  }

  /** Ends a connection that is still being made once it is there: pg never settles one that is ended before. */
  async stop(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    clearInterval(this.checking);
    await this.connecting;
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'grantkeeper-listen',
    });
    client.on('error', () => this.restart(client));
    client.on('end', () => this.restart(client));
    client.on('notification', ({ channel, payload }) => this.channels[channel]?.(payload ?? ''));
    this.client = client;
    try {
      await client.connect();
      for (const channel of Object.keys(this.channels)) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      this.keepChecking(client);
      this.onConnected();
    } catch {
      this.restart(client);
    }
  }

  /** Nobody else asks this connection anything, so nobody else would notice that nothing comes through. */
  private keepChecking(client: pg.Client): void {
    let answered = true;
    clearInterval(this.checking);
    this.checking = setInterval(() => {
      if (!answered) return this.restart(client);
      answered = false;
      void client.query('SELECT 1').then(
        () => {
          answered = true;
        },
        () => undefined,
      );
    }, this.checkEveryMs);
  }

  private restart(lost: pg.Client): void {
    if (this.closed || this.client !== lost) return;
    this.client = null;
    clearInterval(this.checking);
    lost.end().catch(() => undefined);
    this.retry = setTimeout(() => void this.start(), 500);
  }
}
