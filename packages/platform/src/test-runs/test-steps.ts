import type { Diagnosis, RecordedCall, TestStepName, TestStepResult } from '@grantkeeper/contracts/test-runs/http';
import { normaliseTokenAnswer } from '@grantkeeper/core/grants/token-answer';
import { diagnosisOf } from '@grantkeeper/core/test-runs/diagnose';
import { type AnswerReading, bodyKindOf, type Reading } from '@grantkeeper/core/test-runs/observation';
import type { OutboundAnswer } from '@grantkeeper/outbound/guarded-client';
import type pg from 'pg';
import type { Vault } from '../crypto/vault.js';
import { settling } from '../flights/settlement.js';
import type { Called } from './call-recorder.js';
import { type StepEnd, writeStep } from './test-run.store.js';
import type { MarkedTestRun } from './test-run-marks.js';

/** What became of a step. */
export interface StepOutcome {
  result: Exclude<TestStepResult, 'running'>;
  diagnosis: Diagnosis | null;
  calls: RecordedCall[];
}

const skipped: StepOutcome = { result: 'skipped', diagnosis: null, calls: [] };

/** The steps of one part of a run, told as they begin and end. */
export class TestSteps {
  constructor(
    private readonly pool: pg.Pool,
    private readonly vault: Vault,
    private readonly run: MarkedTestRun,
  ) {}

  /** Does one step; without `work` there is nothing to test. */
  async take(name: TestStepName, work: (() => Promise<StepOutcome>) | null): Promise<StepOutcome> {
    if (work === null) {
      await this.write(name, { ...skipped, diagnosis: null, ms: null });
      return skipped;
    }
    await this.write(name, { result: 'running', diagnosis: null, calls: [], ms: null });
    const startedAt = performance.now();
    const outcome = await work();
    await this.write(name, {
      ...outcome,
      diagnosis: outcome.diagnosis?.code ?? null,
      ms: Math.round(performance.now() - startedAt),
    });
    return outcome;
  }

  private write(name: TestStepName, end: StepEnd): Promise<void> {
    return settling(this.pool, this.run.correlationId, (settlement) => writeStep(settlement, this.vault, this.run, name, end));
  }
}

/** A token endpoint's answer, or that of any endpoint that speaks RFC 6749's errors, as a diagnosis needs it. */
export function readingOf({ answer, failure }: Called): Reading {
  return answer === null ? failure : oauthReading(answer);
}

function oauthReading({ status, headers, body }: OutboundAnswer): AnswerReading {
  const normalised = normaliseTokenAnswer(status, headers, body);
  const error = normalised.kind === 'error' ? normalised.error : '';
  const description = normalised.kind === 'error' ? (normalised.errorDescription ?? '') : '';
  return { kind: 'answer', status, body: bodyKindOf(body), error, description, tokens: normalised.kind === 'tokens-json' };
}

const tolerableSkewMs = 120_000;

/** What an answer's Date header (RFC 9110 section 6.6.1) says of the clocks; null where they agree or it says nothing. */
export function clockWarning({ answer }: Called, step: TestStepName): Diagnosis | null {
  const theirs = Date.parse(answer?.headers.date ?? '');
  if (answer === null || Number.isNaN(theirs)) return null;
  const differs = theirs - answer.receivedAt.getTime();
  if (Math.abs(differs) <= tolerableSkewMs) return null;
  return diagnosisOf(
    'clock_differs',
    step,
    `the provider’s clock is ${Math.round(Math.abs(differs) / 60_000)} minutes ${differs > 0 ? 'ahead' : 'behind'}`,
  );
}
