import {
  type TestRunState,
  type TestRunView,
  type TestStateEvent,
  type TestStepEvent,
  testStateEventSchema,
  testStepEventSchema,
  testStepNameSchema,
} from '@grantkeeper/contracts/test-runs/http';

/** A run as its events tell it. */
export interface WatchedRun {
  state: TestStateEvent;
  steps: readonly TestStepEvent[];
}

export const notBegun: WatchedRun = {
  state: { state: 'preflight', signInUrl: null, diagnosis: null, warnings: [] },
  steps: [],
};

const running: readonly TestRunState[] = ['preflight', 'awaiting_consent', 'exchanging'];
export const isOver = (state: TestRunState): boolean => !running.includes(state);

/** The run after one more event; one that is not of the contract changes nothing. */
export function afterEvent(run: WatchedRun, event: 'step' | 'state', data: string): WatchedRun {
  const told = jsonOf(data);
  if (event === 'state') {
    const state = testStateEventSchema.safeParse(told);
    return state.success ? { ...run, state: state.data } : run;
  }
  const step = testStepEventSchema.safeParse(told);
  return step.success ? { ...run, steps: inOrder([...run.steps.filter(({ name }) => name !== step.data.name), step.data]) } : run;
}

/** The same, read as a whole. */
export const ofView = ({ state, signInUrl, diagnosis, warnings, steps }: TestRunView): WatchedRun => ({
  state: { state, signInUrl, diagnosis, warnings },
  steps: inOrder(steps),
});

function inOrder(steps: readonly TestStepEvent[]): TestStepEvent[] {
  const order = testStepNameSchema.options;
  return [...steps].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
