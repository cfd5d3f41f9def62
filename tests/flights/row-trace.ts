import type { AuthorizationState } from '@grantkeeper/contracts/authorizations/http';
import type { EndReason, GrantStatus, ReconnectReason } from '@grantkeeper/contracts/grants/http';
import { mayBecome } from '@grantkeeper/core/authorizations/authorization-states';
import { grantMayBecome } from '@grantkeeper/core/grants/grant-states';
import type pg from 'pg';

const columns = (row: 'OLD' | 'NEW'): string =>
  `jsonb_build_object('status', ${row}.status, 'reason', ${row}.reason, 'version', ${row}.version, 'handOut', ${row}.hand_out, 'refreshToken', ${row}.refresh_token)`;

/** Every change of a grant's or an authorization's state, written down by PostgreSQL itself. */
const statements = [
  'CREATE TABLE trace (id bigint GENERATED ALWAYS AS IDENTITY, of text NOT NULL, "before" jsonb NOT NULL, "after" jsonb NOT NULL)',
  `CREATE FUNCTION trace_grant() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN INSERT INTO trace (of, "before", "after") VALUES ('grant', ${columns('OLD')}, ${columns('NEW')}); RETURN NULL; END $$`,
  `CREATE TRIGGER trace_grant AFTER UPDATE ON "grant" FOR EACH ROW
   WHEN (OLD.status <> NEW.status OR OLD.version <> NEW.version OR OLD.hand_out IS DISTINCT FROM NEW.hand_out OR OLD.refresh_token IS DISTINCT FROM NEW.refresh_token)
   EXECUTE FUNCTION trace_grant()`,
  `CREATE FUNCTION trace_authorization() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN INSERT INTO trace (of, "before", "after") VALUES ('authorization', jsonb_build_object('state', OLD.state), jsonb_build_object('state', NEW.state)); RETURN NULL; END $$`,
  `CREATE TRIGGER trace_authorization AFTER UPDATE ON "authorization" FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION trace_authorization()`,
];

interface GrantState {
  status: GrantStatus;
  reason: ReconnectReason | EndReason | null;
  version: number;
  handOut: string | null;
  refreshToken: string | null;
}

export async function traceRows(pool: pg.Pool): Promise<void> {
  for (const statement of statements) await pool.query(statement);
}

/** What no row may have done, among all changes so far; and every step that was seen, to know what a run has covered. */
export async function brokenChanges(pool: pg.Pool): Promise<{ broken: string[]; seen: Set<string> }> {
  const { rows } = await pool.query<{ of: string; before: object; after: object }>(
    'SELECT of, "before", "after" FROM trace ORDER BY id',
  );
  const broken: string[] = [];
  const seen = new Set<string>();
  for (const { of, before, after } of rows) {
    const [told, wrong] =
      of === 'grant'
        ? grantChange(before as GrantState, after as GrantState)
        : authorizationChange(before as { state: AuthorizationState }, after as { state: AuthorizationState });
    seen.add(told);
    if (wrong) broken.push(told);
  }
  return { broken, seen };
}

function authorizationChange(before: { state: AuthorizationState }, after: { state: AuthorizationState }): [string, boolean] {
  return [`authorization ${before.state} → ${after.state}`, !mayBecome(before.state, after.state)];
}

/** A version moves with the tokens and by one; without it only the key that they are sealed under may change. */
function grantChange(before: GrantState, after: GrantState): [string, boolean] {
  const told = `grant ${before.status} → ${after.status} (${after.reason}), version + ${after.version - before.version}`;
  if (
    !grantMayBecome(before.status, after.status, after.reason) &&
    !(before.status === after.status && before.reason === after.reason)
  )
    return [told, true];
  const hasMoved = before.handOut !== after.handOut || before.refreshToken !== after.refreshToken;
  if (after.version !== before.version) return [told, after.version !== before.version + 1 || before.handOut === after.handOut];
  return [hasMoved ? `${told}, sealed anew` : told, hasMoved && !isRewrap(before, after)];
}

const headerDigits = 2 + 2 * 5; // \x, then the format and the key's version

function isRewrap(before: GrantState, after: GrantState): boolean {
  const movedOn = (old: string | null, anew: string | null): boolean =>
    old === anew || (old !== null && anew !== null && old.slice(0, headerDigits) < anew.slice(0, headerDigits));
  return movedOn(before.handOut, after.handOut) && movedOn(before.refreshToken, after.refreshToken);
}
