import { classifyRefresh, lastFailureOf, type RefreshVerdict, type SendOutcome } from '@grantkeeper/core/grants/answer-class';
import { expiresAt } from '@grantkeeper/core/grants/refresh-policy';
import type { TokenSet } from '@grantkeeper/core/grants/token-answer';
import { type RefreshRead, type Standing, standingOf } from '@grantkeeper/platform/grants/refresh-flights';
import type { GrantView } from './flight-store.js';

/** A grant's row, as docs/flows/refresh.md says that its statements change it. Instants are milliseconds of the model's clock. */
export interface MemoryGrant extends Omit<GrantView, 'hasExpired'> {
  sentAt: number | null;
  expiresAt: number;
}

/** What a worker read of a grant, and keeps however long it is frozen. */
export interface ReadGrant extends MemoryGrant {
  standing: Standing;
  hadExpired: boolean;
}

export interface Moment {
  now: number;
  /** For how long the profile's provider takes a rotating refresh token again. */
  reuseSeconds: number | null;
}

const unknownAfterMs = 30_000;

export const hasExpired = (grant: MemoryGrant, { now }: Moment): boolean => grant.expiresAt < now;

const isOld = ({ sentAt }: MemoryGrant, now: number): boolean => sentAt !== null && sentAt < now - unknownAfterMs;
const inReuseWindow = ({ sentAt }: MemoryGrant, { now, reuseSeconds }: Moment): boolean =>
  reuseSeconds !== null && sentAt !== null && sentAt + (reuseSeconds - 10) * 1000 > now;

/** The read of a refresh, with the product's own word on what the mark allows. */
export function readGrant(grant: MemoryGrant, moment: Moment): ReadGrant {
  const read = {
    attempt: grant.attempt,
    markIsOld: isOld(grant, moment.now),
    constant: grant.constant,
    sends: grant.sends,
    inReuseWindow: inReuseWindow(grant, moment),
    tokenEnded: hasExpired(grant, moment),
  } as RefreshRead;
  return { ...grant, standing: standingOf(read), hadExpired: hasExpired(grant, moment) };
}

/** Whether the grant stands as it was read. */
const isAsRead = (grant: MemoryGrant, read: ReadGrant): boolean =>
  grant.version === read.version && grant.status === 'active' && grant.attempt === read.attempt;

export function markGrant(grant: MemoryGrant, read: ReadGrant, attempt: string, moment: Moment): boolean {
  const maySendAgain =
    isOld(grant, moment.now) &&
    (grant.constant || (grant.sends < 2 && (inReuseWindow(grant, moment) || hasExpired(grant, moment))));
  if (!isAsRead(grant, read) || (read.attempt !== null && !maySendAgain)) return false;
  Object.assign(grant, { attempt, sentAt: moment.now, sends: grant.sends + 1 });
  return true;
}

export function requireReconnect(grant: MemoryGrant, read: ReadGrant, reason: 'outcome_unknown' | 'no_refresh_token'): void {
  if (isAsRead(grant, read)) Object.assign(grant, { status: 'reconnect_required', reason, lastFailure: reason });
}

export function putBack(grant: MemoryGrant, read: ReadGrant, attempt: string, failure: string): void {
  if (grant.attempt !== attempt) return;
  Object.assign(grant, { attempt: read.attempt, sentAt: read.sentAt, sends: grant.sends - 1, lastFailure: failure });
}

/** A refresh that is marked, and when. */
export interface MemoryFlight {
  read: ReadGrant;
  attempt: string;
  sentAt: number;
}

/** Settles a refresh; answers the access token that has to be revoked, if any. */
export function settleGrant(grant: MemoryGrant, flight: MemoryFlight, outcome: SendOutcome, moment: Moment): string | null {
  const verdict = classifyRefresh(outcome);
  if (verdict.kind === 'tokens') return keepTokens(grant, flight, verdict.tokens);
  if (grant.attempt === flight.attempt) settleFailure(grant, flight, verdict, moment);
  return null;
}

function keepTokens(grant: MemoryGrant, { read, sentAt }: MemoryFlight, tokens: TokenSet): string | null {
  if (grant.status === 'ended') return tokens.accessToken;
  if (grant.version !== read.version) return null;
  const isHealed = grant.reason === 'outcome_unknown' || grant.reason === 'invalid_grant';
  Object.assign(grant, {
    version: grant.version + 1,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? grant.refreshToken,
    constant: tokens.refreshToken === null || tokens.refreshToken === read.refreshToken,
    expiresAt: expiresAt(new Date(sentAt), tokens.expiresInSeconds)?.getTime() ?? Number.POSITIVE_INFINITY,
    ...unmarked,
    lastFailure: null,
    ...(isHealed ? { status: 'active', reason: null } : {}),
  });
  return null;
}

const unmarked = { attempt: null, sentAt: null, sends: 0 };

function settleFailure(
  grant: MemoryGrant,
  { read, attempt }: MemoryFlight,
  verdict: Exclude<RefreshVerdict, { kind: 'tokens' }>,
  moment: Moment,
): void {
  const lastFailure = lastFailureOf(verdict);
  switch (verdict.kind) {
    case 'not-sent':
      putBack(grant, read, attempt, lastFailure);
      break;
    case 'unknown':
      Object.assign(grant, read.constant ? { ...unmarked, lastFailure } : { lastFailure });
      break;
    case 'transient':
    case 'configuration':
      Object.assign(grant, { ...unmarked, lastFailure });
      break;
    case 'refused':
      refuse(grant, read, verdict.readable, moment);
  }
}

function refuse(grant: MemoryGrant, read: ReadGrant, isReadable: boolean, moment: Moment): void {
  const asksAgain = !isReadable && read.lastFailure !== 'unreadable_refusal' && (read.constant || moment.reuseSeconds !== null);
  if (asksAgain) Object.assign(grant, { ...unmarked, lastFailure: 'unreadable_refusal' });
  else if (grant.sends < 2 || hasExpired(grant, moment))
    Object.assign(grant, { status: 'reconnect_required', reason: 'invalid_grant', ...unmarked, lastFailure: 'invalid_grant' });
  else grant.lastFailure = 'invalid_grant';
}
