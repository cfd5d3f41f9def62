import type { Fault } from './fault.js';
import { duplicateJobs } from './list/duplicate-jobs.js';

/** Every fault, in the order in which they are run. A new one is a file in `list/` and a line here. */
export const faults: readonly Fault[] = [duplicateJobs];
