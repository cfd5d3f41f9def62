import pg from 'pg';

/** LISTEN on a connection of its own; comes back by itself after a lost connection and says so, for what was missed meanwhile. */
export class Listener {
  private client: pg.Client | null = null;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;
  private connecting: Promise<void> = Promise.resolve();

  constructor(
    private readonly databaseUrl: string,
    private readonly channels: Readonly<Record<string, (payload: string) => void>>,
    private readonly onConnected: () => void = () => undefined,
  ) {}

  start(): Promise<void> {
    this.connecting = this.connect();
    return this.connecting;
  }

  /** Ends a connection that is still being made once it is there: pg never settles one that is ended before. */
  async stop(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
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
      this.onConnected();
    } catch {
      this.restart(client);
    }
  }

  private restart(lost: pg.Client): void {
    if (this.closed || this.client !== lost) return;
    this.client = null;
    lost.end().catch(() => undefined);
    this.retry = setTimeout(() => void this.start(), 500);
  }
}
