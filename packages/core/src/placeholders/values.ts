import { type Fault, isPlaceholder, type Placeholder, type Source } from './placeholder.js';

/** What placeholders are filled with. */
export interface Values {
  /** Null where it is not known, or tenancy is off. */
  tenant: string | null;
  /** Additional fields by their key. */
  fields: ReadonlyMap<string, string>;
  /** What the runtime sent, any JSON object. */
  context: unknown;
  userId: string;
  /** Null outside the hand-out. */
  accessToken: string | null;
  /** A new unguessable text each time. */
  random(): string;
}

/** The value of one placeholder; null where it is not known. */
export function placeholderValue({ source }: Placeholder, values: Values): string | null {
  switch (source.kind) {
    case 'tenant':
      return values.tenant;
    case 'field':
      return values.fields.get(source.key) ?? null;
    case 'context':
      return leaf(values.context, source.path);
    case 'user':
      return values.userId;
    case 'token':
      return values.accessToken;
    case 'random':
      return values.random();
    case 'captured':
      return null;
    case 'path-field': {
      const pieces = source.parts.map((part) => (isPlaceholder(part) ? placeholderValue(part, values) : part));
      return pieces.includes(null) ? null : pieces.join('');
    }
  }
}

/** A text, number or truth value at a path of own members; null where there is none. */
function leaf(context: unknown, path: readonly string[]): string | null {
  let at = context;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return null;
    at = (at as Record<string, unknown>)[name];
  }
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? String(at) : null;
}

/** Which input a placeholder's value came with, as a path of the ask: `tenant`, `fields.pin`, `context.a.b`. */
export function inputOf(source: Source): string {
  switch (source.kind) {
    case 'field':
      return `fields.${source.key}`;
    case 'context':
      return `context.${source.path.join('.')}`;
    case 'path-field': {
      const inner = source.parts.find(isPlaceholder);
      return inner ? inputOf(inner.source) : `authorizationFields.${source.key}`;
    }
    default:
      return source.kind;
  }
}

/** A value that a placeholder got and that may not stand there. `input` is the path of the ask that it came with. */
export interface FillFault extends Fault {
  input: string;
}

export function fillFault({ written, source }: Placeholder, code: string, message: string): FillFault {
  return { code, placeholder: written, message, input: inputOf(source) };
}
