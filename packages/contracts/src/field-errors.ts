import type { z } from 'zod';
import type { FieldError } from './error-codes.js';

type Issue = z.core.$ZodIssue;

/** More than any form has fields: a small body of nothing but mistakes must not make an answer of megabytes. */
const mostErrors = 200;

/** Zod's findings in the contract's form: one per wrong field, unknown members one by one. `whole` names the value itself. */
export function fieldErrors(error: z.ZodError, given: unknown, whole: string): FieldError[] {
  return error.issues.flatMap((issue) => ofIssue(issue, [], given, whole)).slice(0, mostErrors);
}

function ofIssue(issue: Issue, above: readonly PropertyKey[], given: unknown, whole: string): FieldError[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: named([...path, key], whole), code: 'unknown_member', message: 'unknown member' }));
  }
  const branch = issue.code === 'invalid_union' ? likeliest(issue.errors) : null;
  if (branch && valueAt(given, path) !== undefined) return branch.flatMap((inner) => ofIssue(inner, path, given, whole));
  return [{ path: named(path, whole), ...ruleOf(issue, valueAt(given, path) === undefined) }];
}

/** Of a union's branches the one that was meant: the one with the fewest mistakes, and not one whose very kind differs. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const sameKind = branches.filter((issues) => issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'));
  return [...sameKind].sort((a, b) => a.length - b.length)[0] ?? null;
}

function ruleOf(issue: Issue, missing: boolean): { code: string; message: string } {
  if (/not supported yet$/.test(issue.message)) return { code: 'not_supported', message: issue.message };
  if (missing) return { code: 'required', message: 'is required' };
  return { code: issue.code === 'custom' ? 'invalid_value' : issue.code, message: issue.message };
}

const named = (path: readonly PropertyKey[], whole: string): string => (path.length === 0 ? whole : path.map(String).join('.'));

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}
