import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Outcome } from './fault.js';
import type { Violation } from './oracle/evidence.js';

/** A fault that was run: what came of it, and what the oracle found afterwards. */
export interface Result {
  fault: Pick<Fault, 'name' | 'title' | 'expected'>;
  outcome: Outcome | null;
  /** Why it is not as expected, where it is not. */
  failure: string | null;
  violations: Violation[];
  seconds: number;
}

export const isGood = ({ failure, violations }: Result): boolean => failure === null && violations.length === 0;

/** The table for people. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { fault, outcome, failure, violations, seconds } = result;
    const seen = failure === null ? (outcome?.seen ?? '') : `**not as expected**: ${failure.split('\n')[0]}`;
    const held =
      violations.length === 0 ? 'hold' : violations.map(({ invariant, text }) => `**${invariant}**: ${text}`).join('; ');
    return `| ${[fault.name, fault.title, outcome?.runs ?? 0, seen, held, Math.round(seconds)].join(' | ')} |`;
  });
  return ['| fault | what | runs | seen | invariants | s |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

/** Keeps table and figures in a folder that is not committed; answers where. */
export function keep(folder: string, seed: number, results: readonly Result[]): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}-seed-${seed}`);
  writeFileSync(`${path}.json`, `${JSON.stringify({ seed, results }, null, 2)}\n`);
  writeFileSync(`${path}.md`, `${tableOf(results)}\n`);
  return path;
}
