import { Readable } from 'node:stream';
import type { LiveChange } from '@grantkeeper/contracts/live/http';
import { RateLimited, Unavailable } from '@grantkeeper/core/kernel/request.errors';
import { byAssistant } from '@grantkeeper/core/live/live-topics';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { LiveTail } from '@grantkeeper/platform/live/live-tail';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LiveStream } from './live-stream.js';

/** Streams that one process carries at a time, and of those how many for one operator. */
const mostStreams = 200;
const mostOfOperator = 10;
/** How often changes are looked for while anybody watches. */
const lookEveryMs = 500;

/** Who watches: what they may see now, and again while they watch; null when they may not any more. */
export interface Watcher {
  operatorId: string;
  sees: (change: LiveChange) => boolean;
  again: () => Promise<Watcher | null>;
}

/** Carries changes to all who watch at this process, by one look at PostgreSQL for all of them. */
@Injectable()
export class LiveFeed implements OnModuleDestroy {
  private readonly streams = new Set<LiveStream>();
  private tail: LiveTail | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(private readonly pool: SqlPool) {}

  /** A stream of messages, and what ends it when nobody reads it any more. Throws Unavailable where this process carries all that it can, and RateLimited where it is this operator who does. */
  open(watcher: Watcher): { stream: Readable; end: () => void } {
    if (this.stopping || this.streams.size >= mostStreams) throw new Unavailable(5);
    const own = [...this.streams].filter(({ operatorId }) => operatorId === watcher.operatorId);
    if (own.length >= mostOfOperator) throw new RateLimited(5);
    const live = new LiveStream(watcher);
    this.streams.add(live);
    const end = (): void => {
      live.end();
      this.streams.delete(live);
    };
    const stream = Readable.from(live.messages()).once('close', end);
    if (this.tail === null) this.start();
    return { stream, end };
  }

  /** Before the server closes: browsers come back, to another process. */
  onModuleDestroy(): void {
    this.stopping = true;
    clearTimeout(this.timer);
    for (const live of this.streams) live.end();
  }

  private start(): void {
    this.tail = new LiveTail(this.pool);
    void this.look(this.tail);
  }

  private async look(tail: LiveTail): Promise<void> {
    const changes = await tail.next().catch(() => []); // PostgreSQL is away: what has changed meanwhile is told when it is back
    if (changes.length > 0) {
      const told = byAssistant(changes);
      for (const live of this.streams) live.tell(told);
    }
    if (this.stopping || this.streams.size === 0) this.tail = null;
    else this.timer = setTimeout(() => void this.look(tail), lookEveryMs).unref();
  }
}
