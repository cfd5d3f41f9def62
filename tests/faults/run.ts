import type { Fault, Scale } from './fault.js';
import { Stage, type StageOptions } from './harness/stage.js';
import { isGood, type Result } from './report.js';

/** Runs faults on stages that are kept open between those that need no stage of their own. */
export class Runner {
  private common: Promise<Stage> | null = null;

  constructor(
    private readonly seed: number,
    private readonly scale: Scale,
    private readonly say: (line: string) => void,
    private readonly options: StageOptions = {},
  ) {}

  /** Does one fault, then asks the oracle; a stage that something went wrong on is not used again. */
  async run(fault: Fault, seed = this.seed): Promise<Result> {
    const begun = performance.now();
    this.say(`\n${fault.name}  ${fault.title}`);
    const opened = await this.stageFor(fault).catch((error: unknown) => String(error));
    if (typeof opened === 'string') return this.notRun(fault, opened);
    const stage = opened;
    stage.random.restart(seed); // whatever was run on this stage before
    const result: Result = { fault: describe(fault), outcome: null, failure: null, violations: [], seconds: 0 };
    try {
      result.outcome = await fault.run(stage, this.scale);
      this.say(`  ${result.outcome.seen}`);
    } catch (error) {
      result.failure = error instanceof Error ? error.message : String(error);
      stage.note(`not as expected: ${error instanceof Error ? error.stack : String(error)}`);
    }
    try {
      result.violations = await stage.recheck();
    } catch (error) {
      result.failure ??= `the oracle could not look: ${String(error)}`;
    }
    result.seconds = (performance.now() - begun) / 1000;
    if (!isGood(result)) this.tell(stage, result, seed);
    if (fault.stage || !isGood(result)) await this.close(stage);
    return result;
  }

  private notRun(fault: Fault, why: string): Result {
    if (!fault.stage) this.common = null;
    this.say(`  no stage: ${why.split('\n')[0]}`);
    return { fault: describe(fault), outcome: null, failure: `no stage: ${why}`, violations: [], seconds: 0 };
  }

  async end(): Promise<void> {
    const stage = await this.common;
    if (stage) await this.close(stage);
  }

  private stageFor(fault: Fault): Promise<Stage> {
    const open = (options: StageOptions) => Stage.open(options, this.seed, (line) => this.say(line));
    if (fault.stage) return open({ ...this.options, ...fault.stage });
    this.common ??= open(this.options);
    return this.common;
  }

  private async close(stage: Stage): Promise<void> {
    if ((await this.common) === stage) this.common = null;
    await stage.close().catch((error: unknown) => this.say(`  a stage did not close well: ${String(error)}`));
  }

  /** Everything that is needed to see it again. */
  private tell(stage: Stage, { fault, failure, violations }: Result, seed: number): void {
    const again = fault.name === 'chance' ? '--minutes 1' : `--only ${fault.name}`;
    this.say(`\nVIOLATED  ${fault.name}: npm run faults -- ${again} --seed ${seed}`);
    if (failure !== null) this.say(`  not as expected: ${failure}`);
    for (const { invariant, text, ids } of violations) this.say(`  ${invariant}: ${text}\n    ${ids.join('\n    ')}`);
    this.say(`  what was done and seen:\n${stage.timeline.tail()}`);
    const ids = violations.flatMap((one) => one.ids);
    for (const { process, text } of stage.logs.filter(({ text: line }) => ids.some((id) => line.includes(id))).slice(-40))
      this.say(`  ${process}  ${text}`);
  }
}

const describe = ({ name, title, expected }: Fault): Result['fault'] => ({ name, title, expected });
