import type { AuthorizationState } from '@grantkeeper/contracts/authorizations/http';

/** Every step an authorization may take. */
const transitions: Record<AuthorizationState, readonly AuthorizationState[]> = {
  waiting: ['consenting', 'expired', 'abandoned'],
  consenting: ['consenting', 'code_received', 'awaiting_verifier', 'denied', 'failed', 'expired', 'abandoned', 'tested'],
  awaiting_verifier: ['code_received', 'wrong_person', 'failed', 'expired', 'abandoned'],
  code_received: ['exchanging', 'failed', 'expired', 'abandoned'],
  exchanging: ['code_received', 'consented', 'confirming', 'failed', 'outcome_unknown', 'abandoned'],
  outcome_unknown: ['consented', 'confirming', 'failed'],
  confirming: ['consented', 'wrong_person', 'failed', 'expired', 'abandoned'],
  consented: [],
  failed: [],
  denied: [],
  expired: [],
  abandoned: [],
  wrong_person: [],
  /** Its code went to the test run that it belongs to. */
  tested: [],
};

/** Whether an authorization in one state may go to the other. */
export function mayBecome(from: AuthorizationState, to: AuthorizationState): boolean {
  return transitions[from].includes(to);
}

/** Whether nobody waits for it any more. A late answer may still heal `outcome_unknown`. */
export function isOver(state: AuthorizationState): boolean {
  return state === 'outcome_unknown' || transitions[state].length === 0;
}
