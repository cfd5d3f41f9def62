import { nextSecretFailure } from '@grantkeeper/core/grants/answer-class';
import type { RefreshTokenEnd } from '@grantkeeper/core/grants/refresh-token-life';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type pg from 'pg';
import { Gather } from '../database/gather.js';
import type { Flights } from '../flights/flights.js';
import { observe } from '../observability/observations.js';
import { isDueRow } from '../outbox/due-work.js';

/** A grant that wants a refresh, as it stood when it was read, with its profile. */
export interface RefreshRead {
  grantId: string;
  version: number;
  assistantId: string;
  profileId: string;
  refreshToken: Buffer | null;
  /** The mark that stands, if any, and what is known of it. */
  attempt: string | null;
  markedAt: Date | null;
  markIsOld: boolean;
  sends: number;
  constant: boolean;
  failures: number;
  lastFailure: string | null;
  /** The provider takes this refresh token again, and the time for that is not over. */
  inReuseWindow: boolean;
  lifetimeSeconds: number | null;
  tokenEnded: boolean;
  consentedAt: Date;
  refreshEndsAt: Date | null;
  refreshEndTold: boolean;
  refreshNoticeAt: Date | null;
  /** A runtime has asked for it of late. */
  isAwaited: boolean;
  /** By the provider's own word this refresh token is over. */
  refreshTokenEnded: boolean;
  subject: string | null;
  origins: string[];
  clientId: string;
  tenant: string;
  userId: string;
  inputs: Buffer | null;
  definition: ProfileDefinition;
  /** The profile's fault, if one is known, and whether it is time that one grant tries it. */
  fault: string | null;
  faultMayBeTried: boolean;
  clientSecret: Buffer | null;
  nextClientSecret: Buffer | null;
  /** As PostgreSQL writes it, to the microsecond: what is promoted is the secret that was read. */
  nextClientSecretSetAt: string | null;
}

/** A try at a refresh: its mark bears `attempt`, which is never the job's id. */
export interface RefreshTry {
  read: RefreshRead;
  attempt: string;
  correlationId: string;
}

/** A refresh that is marked: from here until it is settled nobody else sends this refresh token. */
export interface RefreshFlight extends RefreshTry {
  /** PostgreSQL's instant of the mark; expiry counts from here. */
  sentAt: Date;
  /** How often this refresh token has been marked as sent without an answer, this time included. */
  sends: number;
}

/**
 * Whether the present access token is of no more use. Where the provider never told an expiry, it has ended when its API refused it.
 * Part of the rules of sending again (ARCHITECTURE.md, rule 4).
 */
export const tokenEnded = '(expires_at < now() OR (expires_at IS NULL AND refused_at > issued_at))';

/** Whether the refresh token is over by the provider's own word, with a minute for the clocks: it need not be asked. */
export const refreshTokenEnded = `coalesce(refresh_end_told AND refresh_ends_at < now() - interval '1 minute', false)`;

/** What is known of the end of the refresh token that was read. */
export function refreshEndOf(
  read: Pick<RefreshRead, 'refreshEndsAt' | 'refreshEndTold' | 'refreshNoticeAt'>,
): RefreshTokenEnd | null {
  const { refreshEndsAt: endsAt, refreshEndTold: isTold, refreshNoticeAt: noticeAt } = read;
  return endsAt === null ? null : { endsAt, isTold, noticeAt };
}

/** Whether this try is the one with the next client secret: the provider has just refused the present one to this grant (docs/flows/refresh.md). */
export function triesNextSecret({ lastFailure, nextClientSecret }: RefreshRead): boolean {
  return lastFailure === nextSecretFailure && nextClientSecret !== null;
}

/** What stands in the way of a mark. */
export type Standing = 'free' | 'under-way' | 'may-resend' | 'give-up' | 'wait-for-end';

/** For how long after a send the profile's provider takes a rotating refresh token once more, 10 s kept back; null where it may not. */
const reuseWindow = (seconds: string): string => `make_interval(secs => ${seconds} - 10)`;
const reuseOfProfile = `(p.definition #>> '{advanced,refreshReuse,allowedSeconds}')::int`;

/** Whether the profile's provider is known to take a rotating refresh token twice, and for how many seconds. */
export function reuseSecondsOf({ definition }: RefreshRead): number | null {
  const { refreshReuse } = definition.advanced;
  return typeof refreshReuse === 'object' ? refreshReuse.allowedSeconds : null;
}

/** What the mark on a grant allows (ARCHITECTURE.md, rule 4). */
export function standingOf({ attempt, markIsOld, constant, sends, inReuseWindow, tokenEnded: ended }: RefreshRead): Standing {
  if (attempt === null) return 'free';
  if (!markIsOld) return 'under-way';
  if (constant || (sends < 2 && inReuseWindow)) return 'may-resend';
  if (!ended) return 'wait-for-end';
  return sends < 2 ? 'may-resend' : 'give-up';
}

interface Wanted {
  grantId: string;
  version: number;
}

/**
 * Grants are found by their ids alone, whatever PostgreSQL knows or does not know of the rest: by way of their profile, or of what is due, a statement for ten of
 * them would look at all that wait, the longer the more do. So the grants come first, by a condition that no other index has, and the profile afterwards.
 */
const read = `WITH g AS MATERIALIZED (
    SELECT g.* FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::int[]) AS w(id, version)) w JOIN "grant" g ON g.id = w.id AND g.version = w.version
    WHERE ${isDueRow})
  SELECT g.id AS "grantId", g.version, g.assistant_id AS "assistantId", g.profile_id AS "profileId", g.refresh_token AS "refreshToken",
    g.attempt, g.sent_at AS "markedAt", coalesce(g.sent_at < now() - interval '30 s', false) AS "markIsOld", g.sends, g.constant, g.failures,
    g.last_failure AS "lastFailure", coalesce(g.sent_at + ${reuseWindow(reuseOfProfile)} > now(), false) AS "inReuseWindow",
    g.lifetime_seconds AS "lifetimeSeconds", coalesce(${tokenEnded}, false) AS "tokenEnded", g.subject, g.origins, g.client_id AS "clientId", g.tenant, g.user_id AS "userId", g.inputs,
    g.consented_at AS "consentedAt", g.refresh_ends_at AS "refreshEndsAt", g.refresh_end_told AS "refreshEndTold",
    g.refresh_notice_at AS "refreshNoticeAt", ${refreshTokenEnded} AS "refreshTokenEnded",
    coalesce(g.wanted_until > greatest(now() - interval '1 minute', g.issued_at), false) AS "isAwaited",
    p.definition, p.fault_reason AS fault, coalesce(p.fault_probe_at <= now(), false) AS "faultMayBeTried",
    p.client_secret AS "clientSecret", p.next_client_secret AS "nextClientSecret",
    p.next_client_secret_set_at::text AS "nextClientSecretSetAt"
  FROM g JOIN profile p ON p.id = g.profile_id AND p.assistant_id = g.assistant_id WHERE p.status = 'active'`;

/** Each row is judged by itself, under its lock; rows are locked in the order of their ids, and never twice (docs/flows/refresh.md). */
const mark = (ofLocked: 'SKIP LOCKED' | ''): string => `
  WITH t AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::int[]) AS t(id, read_version, new_attempt, read_attempt, reuse_seconds)
  ), k AS MATERIALIZED (
    SELECT g.id, t.new_attempt FROM "grant" g JOIN t ON t.id = g.id AND t.read_version = g.version
    WHERE g.status = 'active' AND g.attempt IS NOT DISTINCT FROM t.read_attempt
      AND (t.read_attempt IS NULL OR (g.sent_at < now() - interval '30 s' AND (g.constant OR (g.sends < 2 AND (g.sent_at + ${reuseWindow('t.reuse_seconds')} > now() OR ${tokenEnded})))))
      AND (SELECT p.status = 'active' FROM profile p WHERE p.id = g.profile_id)
    ORDER BY g.id FOR NO KEY UPDATE OF g ${ofLocked}
  )
  UPDATE "grant" g SET attempt = k.new_attempt, sent_at = now(), sends = g.sends + 1 FROM k WHERE g.id = k.id
  RETURNING g.attempt, g.sends, g.sent_at, coalesce(extract(epoch FROM g.sent_at - g.due_at), 0)::float8 AS lag`;

/** Reading and marking of refreshes, gathered over those that are under way at once. */
export class RefreshFlights {
  private readonly reads = new Gather((wanted: Wanted[]) => this.readAll(wanted), { maxRunning: 2 });
  private readonly marks = new Gather((trials: RefreshTry[]) => this.markAll(trials, 'SKIP LOCKED'), {
    maxRunning: 2,
    keyOf: (trial) => trial.read.grantId,
  });

  constructor(
    private readonly pool: pg.Pool,
    private readonly flights: Flights,
  ) {
    pool.on('error', () => flights.databaseLost()); // an idle connection was cut: also a worker without a flight learns of it
  }

  /** The grant, if this version of it is due for a refresh and may have one. */
  read(grantId: string, version: number): Promise<RefreshRead | null> {
    return this.reads.ask({ grantId, version });
  }

  /**
   * Marks the grant as being refreshed, the last thing before the first byte; null where somebody else has the flight (docs/flows/refresh.md).
   * One row that is locked does not hold up the others; it is waited for alone.
   */
  async mark(trial: RefreshTry): Promise<RefreshFlight | null> {
    const flight = await this.marks.ask(trial);
    return flight ?? (await this.markAll([trial], ''))[0] ?? null;
  }

  private async readAll(wanted: Wanted[]): Promise<(RefreshRead | null)[]> {
    const values = [wanted.map(({ grantId }) => grantId), wanted.map(({ version }) => version)];
    const { rows } = await this.flights.watching(() =>
      this.pool.query<RefreshRead>({ name: 'refresh-read', text: read, values }),
    );
    const found = new Map(rows.map((row) => [row.grantId, row]));
    return wanted.map(({ grantId, version }) => {
      const row = found.get(grantId);
      return row?.version === version ? row : null;
    });
  }

  private async markAll(trials: RefreshTry[], ofLocked: 'SKIP LOCKED' | ''): Promise<(RefreshFlight | null)[]> {
    const { rows } = await this.flights.watching(() =>
      this.pool.query<{ attempt: string; sends: number; sent_at: Date; lag: number }>({
        name: ofLocked === '' ? 'refresh-mark-waiting' : 'refresh-mark',
        text: mark(ofLocked),
        values: [
          trials.map((trial) => trial.read.grantId),
          trials.map((trial) => trial.read.version),
          trials.map((trial) => trial.attempt),
          trials.map((trial) => trial.read.attempt),
          trials.map((trial) => reuseSecondsOf(trial.read)),
        ],
      }),
    );
    const marked = new Map(rows.map((row) => [row.attempt, row]));
    for (const { lag } of rows) observe('refresh.marked', { lagSeconds: lag });
    return trials.map((trial) => {
      const row = marked.get(trial.attempt);
      return row ? { ...trial, sentAt: row.sent_at, sends: row.sends } : null;
    });
  }
}
