import type { ErrorCode } from '@grantkeeper/contracts/error-codes';
import type { FieldPath, FieldValues, UseFormSetError } from 'react-hook-form';
import { ApiProblem } from '../api/client.js';
import { ruleWords } from './rule-words.js';

/** What of an error belongs beside which field, and what is left for an alert: null when every part has its place. */
interface Split {
  placed: { path: string; message: string }[];
  left: unknown;
}

/** Takes apart what the API found wrong, by path. */
export function splitProblem(error: unknown, hasField: (path: string) => boolean): Split {
  const errors = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
  const placed = errors.filter(({ path }) => hasField(path));
  return { placed, left: placed.length > 0 && placed.length === errors.length ? null : error };
}

/** Puts what the API found wrong beside the fields of a form. Answers what is left to tell, for an alert. */
export function tellFields<T extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<T>,
  hasField: (path: string) => boolean = () => true,
): unknown {
  const { placed, left } = splitProblem(error, hasField);
  for (const [index, { path, message }] of placed.entries())
    setError(path as FieldPath<T>, { message: ruleWords(message) }, { shouldFocus: index === 0 });
  return left;
}

/** Whether an error is the problem with this code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof ApiProblem && error.problem.code === code;
}
