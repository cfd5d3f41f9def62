import { type Flights, maySettleLater } from '@grantkeeper/platform/flights/flights';
import type { HeldAnswer } from '@grantkeeper/platform/flights/held-answer';
import type { SpillFolder, TakenAnswer } from '@grantkeeper/platform/flights/spill-folder';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { Ticker } from './ticker.js';
import type { WorkerLog } from './worker-log.js';

/** Within the 15 s in which a worker that lost the database sends nothing again: what others have spilled is settled first. */
const checkEveryMs = 10_000;

/** Saves the answers that cannot be stored before this worker ends, settles those that any worker has saved, and forbids sending while saving is not possible. */
export class Spill {
  private readonly ticker = new Ticker(checkEveryMs, () => this.check());
  private isStopping = false;

  /** Without a folder nothing is saved; answers are held to the end. */
  constructor(
    private readonly folder: SpillFolder | null,
    private readonly flights: Flights,
    private readonly settle: (answer: HeldAnswer) => Promise<void>,
    private readonly log: WorkerLog,
  ) {}

  /** Resolves when what lay there is settled, as far as it can be. */
  async start(): Promise<void> {
    if (!this.folder) return;
    await this.check();
    this.ticker.start();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.ticker.stop();
  }

  /** Looks whether an answer could be saved, and settles what is there. */
  async check(): Promise<void> {
    if (!this.folder) return;
    const wasAllowed = this.flights.maySend();
    const failure = await this.folder.probe().then(
      () => null,
      (error: Error) => error,
    );
    this.flights.allowSends(failure === null);
    if (failure && wasAllowed)
      this.log.error({ err: plainError(failure) }, 'SPILL_DIR cannot be written: nothing is sent until it can');
    if (!failure && !wasAllowed) this.log.info({}, 'SPILL_DIR can be written again');
    await this.settleAll(this.folder).catch((error: Error) => {
      if (!failure) this.log.warn({ err: plainError(error) }, 'spilled answers cannot be taken');
    });
  }

  /** The last thing a worker does for its answers: nobody else has them. */
  async rescue(): Promise<void> {
    await Promise.all([...this.flights.unsettled].map((answer) => this.save(answer)));
  }

  private async save(answer: HeldAnswer): Promise<void> {
    if (!this.folder) {
      this.log.error(named(answer), 'an answer is lost: the database did not take it in time, and there is no SPILL_DIR');
      return;
    }
    try {
      await this.folder.put(answer);
      this.log.warn(named(answer), 'an answer is spilled: the database did not take it in time');
    } catch (error) {
      this.log.error(
        { ...named(answer), err: plainError(error as Error) },
        'an answer is lost: the database did not take it in time, and SPILL_DIR cannot be written',
      );
    }
  }

  private async settleAll(folder: SpillFolder): Promise<void> {
    for await (const taken of folder.take()) {
      if (!(await this.flights.during(() => this.settleOne(folder, taken))) || this.isStopping) return;
    }
  }

  /** False where the database is away: the others can wait too. */
  private async settleOne(folder: SpillFolder, taken: TakenAnswer): Promise<boolean> {
    const { answer, name } = taken;
    try {
      if (answer instanceof Error) throw answer;
      await this.flights.watching(() => this.settle(answer));
      await folder.remove(taken);
      this.log.info(named(answer), 'a spilled answer is settled');
      return true;
    } catch (error) {
      if (!(answer instanceof Error) && maySettleLater(error)) {
        await folder.putBack(taken);
        return false;
      }
      await folder.setAside(taken);
      this.log.error({ file: name, err: plainError(error as Error) }, 'a spilled answer cannot be settled; it is in bad/');
      return true;
    }
  }
}

function named(answer: HeldAnswer): { flight: string; attempt: string; id: string } {
  const id = answer.kind === 'refresh' ? answer.sealed.grantId : answer.authorizationId;
  return { flight: answer.kind, attempt: answer.attempt, id };
}
