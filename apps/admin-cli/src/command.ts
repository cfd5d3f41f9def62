import type { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';

/** Who acts, as the audit log names it. */
export const actor = 'operator:cli';

/** How a command ended, as the exit code says it; 2 is a command line that is not understood. */
export const exits = { done: 0, failed: 1, misused: 2, unfinished: 3 } as const;
export type Exit = (typeof exits)[keyof typeof exits];

export interface Option {
  type: 'string' | 'boolean';
  /** What stands for its value in the help text. */
  value?: string;
  help: string;
}

/** The options as they were given. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

export interface Surroundings {
  pool: SqlPool;
  ring: KeyRing;
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** A line for people while it works: never on standard output when that holds JSON. */
  tell: (line: string) => void;
}

export interface Answer {
  exit: Exit;
  /** What `--json` prints. */
  json: Record<string, unknown>;
  /** What is printed otherwise. */
  text: string[];
}

export interface Command {
  /** As it is typed, e.g. `keys status`. */
  name: string;
  summary: string;
  /** Paragraphs for its own `--help`. */
  help: string[];
  options: Readonly<Record<string, Option>>;
  run: (given: Given, surroundings: Surroundings) => Promise<Answer>;
}

/** The command line is not understood: exit code 2, with a pointer to the help. */
export class Misused extends Error {}

/** An assistant's id as it was given, or null. Throws Misused where it is no id. */
export function assistantIn(given: Given): string | null {
  const id = given.assistant;
  if (id === undefined) return null;
  if (typeof id !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new Misused('--assistant must be an id (a UUID).');
  return id.toLowerCase();
}

/** A whole number within bounds, or the default. Throws Misused. */
export function numberIn(given: Given, name: string, preset: number, least: number, most: number): number {
  const text = given[name];
  if (text === undefined) return preset;
  const value = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new Misused(`--${name} must be a whole number from ${least} to ${most}.`);
  return value;
}
