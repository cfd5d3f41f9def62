import type { TestRunState } from '@grantkeeper/contracts/test-runs/http';

/** Every step a test run may take. What is over stays so: a test is repeated by starting another. */
const transitions: Record<TestRunState, readonly TestRunState[]> = {
  preflight: ['awaiting_consent', 'failed', 'interrupted', 'expired'],
  awaiting_consent: ['exchanging', 'failed', 'expired'],
  exchanging: ['succeeded', 'failed', 'interrupted'],
  succeeded: [],
  failed: [],
  interrupted: [],
  expired: [],
};

/** Whether a test run in one state may go to the other. */
export function testRunMayBecome(from: TestRunState, to: TestRunState): boolean {
  return transitions[from].includes(to);
}

/** Whether nothing more will happen. */
export function isTestRunOver(state: TestRunState): boolean {
  return transitions[state].length === 0;
}

/** The states from which a run may come into this one, for the statement that moves it. */
export function statesBefore(to: TestRunState): TestRunState[] {
  return (Object.keys(transitions) as TestRunState[]).filter((from) => testRunMayBecome(from, to));
}
