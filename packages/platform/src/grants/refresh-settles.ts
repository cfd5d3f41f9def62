import type { ReconnectReason } from '@grantkeeper/contracts/grants/http';
import type { Settlement } from '../flights/settlement.js';
import { type RefreshFlight, type RefreshTry, reuseSecondsOf, tokenEnded } from './refresh-flights.js';

interface Failed {
  due_at: Date | null;
  now: Date;
}

/** Not sent: puts back what the mark replaced and backs off (docs/flows/refresh.md). */
export async function putBack(settlement: Settlement, trial: RefreshTry, failure: string, backoffSeconds: number): Promise<void> {
  const { read, attempt } = trial;
  const { rows } = await settlement.sql.query<Failed>({
    name: 'refresh-put-back',
    text: `UPDATE "grant" SET attempt = $3, sent_at = $4, sends = sends - 1, due_at = now() + make_interval(secs => $5), queued_until = NULL,
             failures = failures + 1, last_failure = $6
           WHERE id = $1 AND attempt = $2 RETURNING due_at, now()`,
    values: [read.grantId, attempt, read.attempt, read.markedAt, backoffSeconds, failure],
  });
  recordFailure(settlement, trial, rows[0], failure);
}

/** A complete error answer: the token may be sent again, after a while (docs/flows/refresh.md). */
export async function backOff(
  settlement: Settlement,
  flight: RefreshFlight,
  failure: string,
  backoffSeconds: number,
): Promise<void> {
  const { rows } = await settlement.sql.query<Failed>({
    name: 'refresh-back-off',
    text: `UPDATE "grant" SET attempt = NULL, sent_at = NULL, sends = 0, due_at = now() + make_interval(secs => $3), queued_until = NULL,
             failures = failures + 1, last_failure = $4
           WHERE id = $1 AND attempt = $2 RETURNING due_at, now()`,
    values: [flight.read.grantId, flight.attempt, backoffSeconds, failure],
  });
  recordFailure(settlement, flight, rows[0], failure);
}

/** No answer, or none to be used: the mark stays, the old token is served to its end, or until the provider takes the refresh token once more (docs/flows/refresh.md). */
export async function leaveMark(settlement: Settlement, flight: RefreshFlight, failure: string): Promise<void> {
  const { rows } = await settlement.sql.query<Failed>({
    name: 'refresh-leave-mark',
    text: `UPDATE "grant" SET due_at = CASE WHEN $4 AND sends < 2 THEN sent_at + interval '30 s' ELSE greatest(sent_at + interval '30 s', expires_at) END, queued_until = NULL,
             failures = failures + 1, last_failure = $3
           WHERE id = $1 AND attempt = $2 RETURNING due_at, now()`,
    values: [flight.read.grantId, flight.attempt, failure, reuseSecondsOf(flight.read) !== null],
  });
  recordFailure(settlement, flight, rows[0], failure);
}

/** The provider's no. To a token sent again it counts only when the old access token has ended: the first send may have been the one that worked (docs/flows/refresh.md). */
export async function refuse(settlement: Settlement, flight: RefreshFlight): Promise<void> {
  const { grantId, version } = flight.read;
  const { rows: refused } = await settlement.sql.query<{ reason: ReconnectReason }>({
    name: 'refresh-refuse',
    text: `UPDATE "grant" SET status = 'reconnect_required', reason = CASE WHEN refresh_ends_at < now() THEN 'refresh_token_expired' ELSE 'invalid_grant' END, attempt = NULL, sent_at = NULL, sends = 0, due_at = NULL, queued_until = NULL,
             failures = failures + 1, last_failure = 'invalid_grant'
           WHERE id = $1 AND attempt = $2 AND version = $3 AND status <> 'ended' AND (sends < 2 OR ${tokenEnded}) RETURNING reason`,
    values: [grantId, flight.attempt, version],
  });
  if (refused[0]) return recordReconnect(settlement, flight, refused[0].reason);
  const { rows } = await settlement.sql.query<Failed>({
    name: 'refresh-refused-again',
    text: `UPDATE "grant" SET due_at = expires_at, queued_until = NULL, failures = failures + 1, last_failure = 'invalid_grant'
           WHERE id = $1 AND attempt = $2 AND version = $3 RETURNING due_at, now()`,
    values: [grantId, flight.attempt, version],
  });
  recordFailure(settlement, flight, rows[0], 'invalid_grant');
}

export function recordReconnect(settlement: Settlement, { read }: RefreshTry, reason: ReconnectReason): void {
  const { grantId, profileId, assistantId, version } = read;
  settlement.record(`grant-${grantId}`, assistantId, {
    type: 'grants.reconnect-required.v1',
    grantId,
    profileId,
    version,
    reason,
  });
  settlement.settled(grantId);
}

/** No row means that somebody else has settled it: then there is nothing to tell. */
export function recordFailure(settlement: Settlement, { read }: RefreshTry, row: Failed | undefined, failure: string): void {
  if (!row) return;
  const { grantId, profileId, assistantId, version } = read;
  const dueAt = (row.due_at ?? row.now).toISOString();
  settlement.record(`grant-${grantId}`, assistantId, {
    type: 'grants.refresh-failed.v1',
    grantId,
    profileId,
    version,
    failure,
    dueAt,
  });
  settlement.settled(grantId);
}
