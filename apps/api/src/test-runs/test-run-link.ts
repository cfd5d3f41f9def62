import type { StoredTestRun } from '@grantkeeper/platform/test-runs/test-run.view';
import type { SignInLinks } from '../authorizations/sign-in-links.js';

/** Where a person consents to a test; null once there is nothing left to consent to. */
export function signInUrlOf({ state, authorizationId }: StoredTestRun, links: SignInLinks): string | null {
  const open = state === 'preflight' || state === 'awaiting_consent';
  return open && authorizationId !== null ? links.urlOf(authorizationId) : null;
}
