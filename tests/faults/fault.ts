import type { Stage, StageOptions } from './harness/stage.js';

/** How much of a fault is done: `kills` at each fail point, and what else grows with it. */
export interface Scale {
  kills: number;
  /** Outages last as long as they do in life, under all of the load. */
  full: boolean;
}

/** What came of a fault. */
export interface Outcome {
  /** How many times the harm was really done. */
  runs: number;
  /** In figures, for the report. */
  seen: string;
}

/** One kind of harm, in a file of its own in `list/`, registered in `faults.ts`. */
export interface Fault {
  /** What `--only` names it by; docs/operations/faults.md says what each is. */
  name: string;
  title: string;
  /** What must come of it, in a sentence. */
  expected: string;
  /** A stage of its own with these settings; the stage that others use too unless given. */
  stage?: StageOptions;
  /** Does the harm and looks for what is expected; throws where it is not so. The oracle looks at everything else afterwards. */
  run(stage: Stage, scale: Scale): Promise<Outcome>;
}

/** Fails a fault with what was seen instead. */
export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
