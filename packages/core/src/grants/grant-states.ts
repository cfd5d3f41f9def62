import type { EndReason, GrantStatus, ReconnectReason } from '@grantkeeper/contracts/grants/http';

type Reason = ReconnectReason | EndReason | null;

const none: readonly Reason[] = [null];
const reconnect: readonly Reason[] = [
  'invalid_grant',
  'outcome_unknown',
  'endpoints_changed',
  'refresh_token_expired',
  'no_refresh_token',
];
const ended: readonly Reason[] = ['signed_out', 'profile_deleted'];

/** From → to → the reasons that may stand beside it. */
const transitions: Record<GrantStatus, Partial<Record<GrantStatus, readonly Reason[]>>> = {
  held: { active: none, ended: ['not_confirmed', ...ended] },
  active: { active: none, reconnect_required: reconnect, ended },
  reconnect_required: { active: none, reconnect_required: reconnect, ended },
  ended: {},
};

/** Whether a grant may go from one status to another for this reason. */
export function grantMayBecome(from: GrantStatus, to: GrantStatus, reason: Reason): boolean {
  return transitions[from][to]?.includes(reason) ?? false;
}
