import type { EventType } from '@grantkeeper/contracts/events';
import type { PoolClient } from 'pg';
import type { Sql } from '../database/pool.js';

/** An event as a projection reads it. */
export interface ProjectedEvent {
  id: number;
  type: EventType;
  payload: Record<string, unknown>;
  assistantId: string | null;
  at: Date;
}

/** A table that is made from events alone, and can be made again from them. */
export interface Projection {
  name: string;
  types: readonly EventType[];
  /** What is older is neither kept nor read again. */
  keepDays: number;
  /** Applies events in their order; they are marked as applied in the same transaction. */
  apply(sql: PoolClient, events: readonly ProjectedEvent[]): Promise<void>;
  /** Empties the table. */
  clear(sql: PoolClient): Promise<void>;
  /** Forgets what is older than `keepDays`. */
  forget(sql: Sql): Promise<void>;
}
