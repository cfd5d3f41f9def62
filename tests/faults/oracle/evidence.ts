import type { Vault } from '@grantkeeper/platform/crypto/vault';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { LogLine } from '../../support/process-log.js';
import type { Heard } from '../harness/heard.js';

/** One token request as the provider saw it. */
export interface SeenRequest {
  at: number;
  code?: string;
  refreshToken?: string;
  /** A complete error answer left: what was presented is not spent. Null: the provider does not say. */
  refused: boolean | null;
  /** It was refused by a complete 429 or 5xx: as though it had not been sent, so that it may be sent once more. */
  isPassing?: boolean;
}

/** What a provider knows, as far as the oracle asks it. */
export interface Witness {
  name: string;
  /** As grants keep it. */
  origin: string;
  rotates: boolean;
  requests(): readonly SeenRequest[];
  /** Whether this is the last refresh token that came of its consent, and good for one more refresh. */
  isNewest(refreshToken: string): Promise<boolean>;
}

/** Everything the oracle looks at. */
export interface Evidence {
  pool: Pick<pg.Pool, 'query'>;
  vault: Vault;
  queue: { redis: Redis; prefix: string } | null;
  witnesses: readonly Witness[];
  /** Refresh tokens whose grants' clocks were moved on by hand: a second send of these may come sooner than 30 s. */
  movedOn: ReadonlySet<string>;
  heard: Heard;
  logs: readonly LogLine[];
  canary: string;
}

export type InvariantName =
  | 'one final state'
  | 'newest token stored'
  | 'sent once'
  | 'no secret outside'
  | 'coded failures'
  | 'nothing left over'
  | 'projections as rebuilt'
  | 'no expired token';

/** Something that must never be so, with the ids that it is seen at. */
export interface Violation {
  invariant: InvariantName;
  text: string;
  ids: string[];
}

/** One violation for all these ids, or none where there are none. */
export function violation(invariant: InvariantName, text: string, ids: readonly string[]): Violation[] {
  return ids.length === 0 ? [] : [{ invariant, text: `${text} (${ids.length})`, ids: ids.slice(0, 10) }];
}
