import { setTimeout as pause } from 'node:timers/promises';
import type { Evidence, Violation } from './evidence.js';
import { finalStates } from './final-states.js';
import { leftovers } from './leftovers.js';
import { newestTokens } from './newest-tokens.js';
import { projectionsAsRebuilt } from './projections.js';
import { secrets } from './secrets.js';
import { sentOnce } from './sent-once.js';
import { toldFailures } from './told-failures.js';

/** What work under way may still be on its way to. */
const inTime = [finalStates, leftovers, newestTokens, projectionsAsRebuilt];
/** What must hold at every moment. */
const always = [sentOnce, toldFailures, secrets];

/** Every invariant, after a fault: what must come to be so within `withinMs`, and what must always have been. */
export async function recheck(evidence: Evidence, withinMs: number): Promise<Violation[]> {
  const deadline = performance.now() + withinMs;
  const passing: Violation[] = [];
  for (const look of inTime) {
    let found = await look(evidence);
    for (; found.length > 0 && performance.now() < deadline; found = await look(evidence)) await pause(250);
    passing.push(...found);
  }
  for (const look of always) passing.push(...(await look(evidence)));
  return passing;
}
