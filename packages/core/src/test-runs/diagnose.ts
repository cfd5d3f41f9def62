import type { Diagnosis, DiagnosisCode, TestStepName } from '@grantkeeper/contracts/test-runs/http';
import { judgeReading } from './diagnosis-rules.js';
import { diagnosisWords, fieldOf } from './diagnosis-words.js';
import type { Observation, Reading, TestFacts } from './observation.js';

export interface StepVerdict {
  result: 'passed' | 'failed' | 'unclear';
  diagnosis: Diagnosis | null;
}

/** A diagnosis in words. */
export function diagnosisOf(code: DiagnosisCode, step: TestStepName, seen: string): Diagnosis {
  const { what, mend } = diagnosisWords[code];
  return { code, step, field: fieldOf(code, step), what, mend, seen };
}

/** What one reading says of the step that it belongs to. */
export function judgeStep(observation: Observation, facts: TestFacts): StepVerdict {
  const judged = judgeReading(observation, facts);
  if (judged === null) return { result: 'passed', diagnosis: null };
  const diagnosis = diagnosisOf(judged.code, observation.step, seenIn(observation, facts));
  return { result: judged.ending, diagnosis };
}

/** Whether an authorization endpoint took client and request and would have a person sign in. */
export function letsIn(reading: Reading): boolean {
  return reading.kind === 'answer' && reading.status < 400 && reading.error === '';
}

/** Words of the OAuth standards and of large providers: any other text of an answer may hold a secret, and is shown masked with the call alone. */
const errorWord = /^[a-z][a-z_]{2,39}$/;

function seenIn({ host, reading }: Observation, { methodThatWorks, discoveredUrl }: TestFacts): string {
  const told = [seenReading(host, reading)];
  if (methodThatWorks !== null) told.push(`${methodThatWorks} is accepted`);
  if (discoveredUrl !== null) told.push(`discovery tells ${discoveredUrl}`);
  return told.join('; ');
}

function seenReading(host: string, reading: Reading): string {
  switch (reading.kind) {
    case 'not-sent':
      return `${host}: ${reading.reason}${reading.code === '' ? '' : ` (${reading.code})`}`;
    case 'no-answer':
      return `${host}: ${reading.reason}`;
    case 'unreadable':
      return `${host}: ${reading.status === null ? '' : `status ${reading.status}, `}${reading.reason}`;
    case 'answer': {
      const about = errorWord.test(reading.error)
        ? reading.error
        : ({ html: 'a web page', empty: 'no body' } as const)[reading.body as 'html'];
      return `${host}: status ${reading.status}${about === undefined ? '' : `, ${about}`}`;
    }
  }
}
