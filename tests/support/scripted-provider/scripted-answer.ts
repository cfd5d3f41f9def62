import type { ServerResponse } from 'node:http';
import { answerWriters } from './answer-writers.js';
import { amended, type PlainAnswer, writePlain } from './plain-answer.js';

export type AnswerKind = keyof typeof answerWriters;

/**
 * An answer told in advance: a named misbehaviour, a bare status, a complete answer, or the good answer amended
 * (a member set to undefined is left out). `processed` says whether the code or token is spent all the same.
 */
export type ScriptedAnswer =
  | AnswerKind
  | number
  | { kind: AnswerKind; processed?: boolean }
  | { status: number; headers?: Record<string, string>; body?: unknown; processed?: boolean }
  | { amend: Record<string, unknown> };

export interface AnswerPlan {
  processed: boolean;
  /** Writes it; true when a complete answer left. */
  write: (response: ServerResponse, good: PlainAnswer) => Promise<boolean>;
}

/** Kinds that stand for something in front of the provider, or for a provider that refused before it spent anything. */
const unspent: ReadonlySet<AnswerKind> = new Set<AnswerKind>([
  'html-200',
  'error-200',
  'empty-400',
  'redirect-302',
  'redirect-303',
  'redirect-307',
  'redirect-308',
]);

/** How a scripted answer is carried out. Kinds that lose or deform a good answer spend the token by default: the worst case. */
export function planOf(answer: ScriptedAnswer): AnswerPlan {
  if (typeof answer === 'string') return { processed: !unspent.has(answer), write: answerWriters[answer] };
  if (typeof answer === 'number') return planOf(bareStatus(answer));
  if ('kind' in answer) return { processed: answer.processed ?? !unspent.has(answer.kind), write: answerWriters[answer.kind] };
  if ('amend' in answer) return { processed: true, write: (response, good) => writePlain(response, amended(good, answer.amend)) };
  return { processed: answer.processed ?? false, write: (response) => writePlain(response, answer) };
}

function bareStatus(status: number): ScriptedAnswer {
  const retryAfter: Record<string, string> = status === 429 || status === 503 ? { 'retry-after': '1' } : {};
  return { status, headers: { 'content-type': 'text/html', ...retryAfter }, body: `<html><body>${status}</body></html>` };
}
