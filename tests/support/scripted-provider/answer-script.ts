import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type PlainAnswer, writePlain } from './plain-answer.js';
import type { LoggedRequest } from './request-log.js';
import { planOf, type ScriptedAnswer } from './scripted-answer.js';

interface ScriptLine {
  answer: ScriptedAnswer;
  grantType: string | undefined;
}

/** The answers an endpoint was told to give next, in order; when none is left it behaves well. */
export class AnswerScript {
  latencyMs = 0;
  private readonly lines: ScriptLine[] = [];

  /** Scripts the next `times` answers; with a grant type, only requests of that type take them. */
  tell(answer: ScriptedAnswer, times: number, grantType?: string): void {
    for (let count = 0; count < times; count += 1) this.lines.push({ answer, grantType });
  }

  /** Leaves what is scripted and not given yet. */
  forget(): void {
    this.lines.length = 0;
  }

  /** Processes the request at once, unless told that it is not spent, and answers after the latency. */
  async play(request: LoggedRequest, response: ServerResponse, behave: () => PlainAnswer): Promise<void> {
    const index = this.lines.findIndex(({ grantType }) => grantType === undefined || grantType === request.grantType);
    const [line] = index < 0 ? [] : this.lines.splice(index, 1);
    const plan = line && planOf(line.answer);
    const good = plan && !plan.processed ? { status: 200, body: {} } : behave();
    if (this.latencyMs > 0) await delay(this.latencyMs, undefined, { ref: false });
    if (response.destroyed) return;
    const complete = plan ? await plan.write(response, good) : await writePlain(response, good);
    if (complete) request.answered = { status: response.statusCode };
  }
}
