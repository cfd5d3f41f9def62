import type { FieldPath, FieldValues, UseFormSetError } from 'react-hook-form';
import { ApiProblem } from '../api/client.js';

/**
 * Puts what the API found wrong beside the fields of a form, by path. Answers what is left to tell: null when each
 * wrong field has its place on the form, else the error, for an alert.
 */
export function tellFields<T extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<T>,
  hasField: (path: string) => boolean = () => true,
): unknown {
  const errors = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
  const [placed, left] = [errors.filter(({ path }) => hasField(path)), errors.filter(({ path }) => !hasField(path))];
  for (const [index, { path, message }] of placed.entries())
    setError(path as FieldPath<T>, { message }, { shouldFocus: index === 0 });
  return placed.length > 0 && left.length === 0 ? null : error;
}
