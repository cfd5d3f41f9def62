/** What differs between two states: the same names on both sides, dotted where an object lies in an object. */
export interface Change {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/** In place of a secret, where there is one. */
export const masked = '•••';

/** The members that differ; one that is missing on a side is null there. */
export function changedMembers(before: object, after: object): Change {
  const [old, now] = [flat(before), flat(after)];
  const change: Change = { before: {}, after: {} };
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    if (textOf(old.get(name)) === textOf(now.get(name))) continue;
    change.before[name] = old.get(name) ?? null;
    change.after[name] = now.get(name) ?? null;
  }
  return change;
}

function flat(state: object, start = ''): Map<string, unknown> {
  return new Map(
    Object.entries(state).flatMap(([name, value]): [string, unknown][] => {
      if (value === undefined) return [];
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
      return isObject ? [...flat(value as object, `${start}${name}.`)] : [[`${start}${name}`, value]];
    }),
  );
}

const textOf = (value: unknown): string => JSON.stringify(value ?? null);
