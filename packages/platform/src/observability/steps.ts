import { channel } from 'node:diagnostics_channel';

/** The steps of a flight that can be watched from outside (tracing, fault tests). Without a subscriber, publishing costs nothing. */
export type Step =
  | `${'exchange' | 'refresh'}.${'before-mark' | 'after-mark' | 'after-first-byte' | 'after-answer' | 'after-settle'}`
  | `test-run.${'after-mark' | 'after-answer'}`
  | 'api.after-commit'
  | 'relay.after-publish';

const steps = channel('grantkeeper:step');

/** Tells subscribers of `grantkeeper:step` that a flight has reached a step; `id` is the authorization's or grant's. */
export function reached(step: Step, id: string): void {
  if (steps.hasSubscribers) steps.publish({ step, id });
}
