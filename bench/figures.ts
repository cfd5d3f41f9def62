import { median } from './stats.js';

/** One line of the table: what was measured in each round, and what it should be. */
export interface Figure {
  row: string;
  what: string;
  unit: string;
  target: string | null;
  /** One for each round. */
  values: number[];
  median: number;
  least: number;
  most: number;
  /** Null where there is no target. */
  passed: boolean | null;
}

export interface Bounds {
  atLeast?: number;
  atMost?: number;
}

/** Everything that one run has measured, in the order of the table. */
export class Figures {
  readonly all: Figure[] = [];
  /** What could not be measured, and why. */
  readonly leftOut: string[] = [];

  constructor(private readonly say: (line: string) => void) {}

  /** Notes one line; its median is held against the bounds. */
  note(row: string, what: string, unit: string, values: readonly number[], bounds: Bounds = {}): void {
    const middle = median(values);
    const figure = {
      row,
      what,
      unit,
      target: targetText(bounds),
      values: [...values],
      median: middle,
      least: Math.min(...values),
      most: Math.max(...values),
      passed: passes(middle, bounds),
    };
    this.all.push(figure);
    this.say(
      `  ${row}: ${what} ${withUnit(middle, unit)}${figure.target === null ? '' : ` (${figure.target}: ${verdict(figure)})`}`,
    );
  }

  leaveOut(row: string, why: string): void {
    this.leftOut.push(`${row}: ${why}`);
    this.say(`  ${row}: left out, ${why}`);
  }
}

export function verdict({ passed }: Figure): string {
  if (passed === null) return '';
  return passed ? 'met' : 'MISSED';
}

export function withUnit(value: number, unit: string): string {
  return `${shown(value)} ${unit}`.trim();
}

/** Three digits that mean something, whatever the size. */
export function shown(value: number): string {
  if (value === 0 || Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

function targetText({ atLeast, atMost }: Bounds): string | null {
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return atMost === undefined ? null : `≤ ${shown(atMost)}`;
}

function passes(value: number, { atLeast, atMost }: Bounds): boolean | null {
  if (atLeast === undefined && atMost === undefined) return null;
  return value >= (atLeast ?? value) && value <= (atMost ?? value);
}
