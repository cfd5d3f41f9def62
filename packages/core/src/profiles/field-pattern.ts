/**
 * Patterns of additional fields: letters, `.`, classes, groups, alternatives and counted repetition, for the whole of a value. Authors write them and users'
 * values meet them, so they are walked in step with the value instead of tried and retried: the time is the value's length times the pattern's size, never more.
 */
type Matches = (char: string) => boolean;
/** `char` goes on where a character matches, `split` without one, on both ways; `end` is the goal. */
type State = { kind: 'char'; matches: Matches; next: number } | { kind: 'split'; next: number; other: number } | { kind: 'end' };

type Node =
  | { kind: 'char'; matches: Matches }
  | { kind: 'all'; of: Node[] }
  | { kind: 'any'; of: Node[] }
  | { kind: 'repeat'; of: Node; min: number; max: number };

export interface FieldPattern {
  matches(value: string): boolean;
}

const mostStates = 1000;
const mostRepeats = 200;

class Refused extends Error {}

/** Compiles a pattern, or says in words what is wrong with it. */
export function compilePattern(pattern: string): FieldPattern | string {
  try {
    const states: State[] = [{ kind: 'end' }];
    const start = build(new Reader(pattern).whole(), 0, states);
    return { matches: (value) => walk(states, start, value) };
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function walk(states: readonly State[], start: number, value: string): boolean {
  let here = reach(states, [start]);
  for (const char of value) {
    const next: number[] = [];
    for (const at of here) {
      const state = states[at];
      if (state?.kind === 'char' && state.matches(char)) next.push(state.next);
    }
    here = reach(states, next);
    if (here.size === 0) return false;
  }
  return here.has(0);
}

function reach(states: readonly State[], from: readonly number[]): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const state = states[at];
    if (state?.kind === 'split') open.push(state.next, state.other);
  }
  return reached;
}

/** Adds a node's states in front of `next` and answers where they begin. */
function build(node: Node, next: number, states: State[]): number {
  const add = (state: State): number => {
    if (states.length >= mostStates) throw new Refused('is too large: its repetitions are written out');
    return states.push(state) - 1;
  };
  switch (node.kind) {
    case 'char':
      return add({ kind: 'char', matches: node.matches, next });
    case 'all':
      return node.of.reduceRight((then, one) => build(one, then, states), next);
    case 'any':
      return node.of.map((one) => build(one, next, states)).reduce((one, other) => add({ kind: 'split', next: one, other }));
    case 'repeat': {
      let then = next;
      if (node.max === Number.POSITIVE_INFINITY) {
        then = add({ kind: 'split', next, other: next });
        states[then] = { kind: 'split', next, other: build(node.of, then, states) };
      } else {
        for (let count = node.min; count < node.max; count += 1)
          then = add({ kind: 'split', next, other: build(node.of, then, states) });
      }
      for (let count = 0; count < node.min; count += 1) then = build(node.of, then, states);
      return then;
    }
  }
}

const classes: Readonly<Record<string, Matches>> = {
  d: (char) => /^[0-9]$/.test(char),
  w: (char) => /^[A-Za-z0-9_]$/.test(char),
  s: (char) => /^\s$/u.test(char),
};

/** Reads a pattern from left to right. */
class Reader {
  private readonly chars: readonly string[];
  private at = 0;

  constructor(pattern: string) {
    this.chars = [...pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')];
  }

  whole(): Node {
    const node = this.alternatives();
    if (this.at < this.chars.length) throw new Refused('has a closing bracket without an opening one');
    return node;
  }

  private alternatives(): Node {
    const of = [this.sequence()];
    while (this.take('|')) of.push(this.sequence());
    return { kind: 'any', of };
  }

  private sequence(): Node {
    const of: Node[] = [];
    while (this.at < this.chars.length && this.peek !== '|' && this.peek !== ')') of.push(this.repeated(this.one()));
    return { kind: 'all', of };
  }

  private repeated(of: Node): Node {
    const [min, max] = this.count();
    return min === 1 && max === 1 ? of : { kind: 'repeat', of, min, max };
  }

  private count(): [number, number] {
    if (this.take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.take('?')) return [0, 1];
    if (!this.take('{')) return [1, 1];
    const text = this.until('}');
    const [, low = '', comma, high = ''] = /^(\d{1,3})(,)?(\d{0,3})$/.exec(text) ?? [];
    if (low === '' || (comma === undefined && high !== '')) throw new Refused(`has no count in {${text}}`);
    const min = Number(low);
    const max = comma === undefined ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (max < min || min > mostRepeats || (max > mostRepeats && max !== Number.POSITIVE_INFINITY))
      throw new Refused(`has a count in {${text}} that is not in order, or above ${mostRepeats}`);
    return [min, max];
  }

  private one(): Node {
    const char = this.next();
    if (char === '(') return this.group();
    if (char === '[') return { kind: 'char', matches: this.set() };
    if (char === '.') return { kind: 'char', matches: () => true };
    if (char === '\\') return { kind: 'char', matches: this.escaped() };
    if ('*+?{}]^$'.includes(char))
      throw new Refused(`has ${char} where a character is wanted; write \\${char} for the character itself`);
    return { kind: 'char', matches: (one) => one === char };
  }

  private group(): Node {
    if (this.take('?') && !this.take(':')) throw new Refused('knows groups (…) and (?:…) only');
    const node = this.alternatives();
    if (!this.take(')')) throw new Refused('has an opening bracket without a closing one');
    return node;
  }

  private escaped(): Matches {
    const char = this.next();
    const known = classes[char] ?? classes[char.toLowerCase()];
    if (known) return classes[char] ? known : (one) => !known(one);
    if (/[A-Za-z0-9]/.test(char)) throw new Refused(`does not know \\${char}`);
    return (one) => one === char;
  }

  private set(): Matches {
    const isNegated = this.take('^');
    const members: Matches[] = [];
    while (!this.take(']')) members.push(this.member());
    return (char) => members.some((matches) => matches(char)) !== isNegated;
  }

  private member(): Matches {
    const low = this.next();
    if (low === '\\') return this.escaped();
    if (this.peek !== '-' || this.chars[this.at + 1] === ']') return (char) => char === low;
    this.at += 1;
    const high = this.next();
    if (high === '\\' || low > high) throw new Refused(`has a range ${low}-${high} that is not in order`);
    return (char) => char >= low && char <= high && [...char].length === 1;
  }

  private get peek(): string {
    return this.chars[this.at] ?? '';
  }

  private take(char: string): boolean {
    if (this.peek !== char) return false;
    this.at += 1;
    return true;
  }

  private next(): string {
    const char = this.chars[this.at];
    if (char === undefined) throw new Refused('ends in the middle of something');
    this.at += 1;
    return char;
  }

  private until(end: string): string {
    const from = this.at;
    while (this.next() !== end);
    return this.chars.slice(from, this.at - 1).join('');
  }
}
