import { fieldKeySchema, reservedKeys } from '@grantkeeper/contracts/profiles/fields';

/** Where a placeholder's value comes from. `path-field` is a path authorization field, which is a text with placeholders itself. */
export type Source =
  | { kind: 'tenant' | 'user' | 'token' | 'random' }
  | { kind: 'field' | 'captured'; key: string }
  | { kind: 'context'; path: readonly string[] }
  | { kind: 'path-field'; key: string; parts: readonly Part[] };

export interface Placeholder {
  /** As the author wrote it, braces included. */
  written: string;
  source: Source;
}

/** A text with placeholders: literal pieces and placeholders in their order. */
export type Part = string | Placeholder;

/** What is wrong with one placeholder, where it stands or with the value that it gets. */
export interface Fault {
  code: string;
  /** As it was written. */
  placeholder: string;
  message: string;
}

export const isFault = (value: object): value is Fault => 'code' in value && 'placeholder' in value;
export const isPlaceholder = (part: Part): part is Placeholder => typeof part !== 'string';

const written = /\{\{[^{}]*\}\}|\{[^{}]*\}/y;
const contextPath = /^context((?:\.[A-Za-z0-9_-]{1,50}){1,6})$/;

/** Reads `{tenant}`, `{key}`, `{{key}}`, `{{context.a.b}}`, `{{user.id}}`, `{{captured.key}}`, `{{token.access_token}}` and `{{random}}` out of a text. A brace that belongs to none of them is a fault. */
export function parsePlaceholders(text: string): Part[] | Fault {
  const parts: Part[] = [];
  for (let at = 0; at < text.length; ) {
    const brace = text.slice(at).search(/[{}]/);
    if (brace === -1) {
      parts.push(text.slice(at));
      break;
    }
    if (brace > 0) parts.push(text.slice(at, at + brace));
    at += brace;
    written.lastIndex = at;
    const found = written.exec(text)?.[0];
    if (found === undefined) return unpaired(text.slice(at, at + 30));
    const source = sourceOf(found);
    if ('code' in source) return source;
    parts.push({ written: found, source });
    at += found.length;
  }
  return parts;
}

function unpaired(text: string): Fault {
  const message =
    text[0] === '}' ? 'a closing brace without an opening one' : 'is not closed: a placeholder is {name} or {{name}}';
  return { code: 'placeholder_unclosed', placeholder: text, message };
}

function sourceOf(placeholder: string): Source | Fault {
  const double = placeholder.startsWith('{{');
  const name = placeholder.replace(/^\{+|\}+$/g, '');
  const wrong = (message: string): Fault => ({ code: 'placeholder_unknown', placeholder, message });
  if (name === 'tenant') return double ? wrong('the tenant is written {tenant}') : { kind: 'tenant' };
  const special = specialSource(name);
  if (special) return double ? special : wrong(`is written {{${name}}}`);
  if (reservedKeys.includes(name.split('.', 1)[0] ?? '')) return wrong(`there is no such value; known are ${known}`);
  return fieldKeySchema.safeParse(name).success
    ? { kind: 'field', key: name }
    : wrong('is no placeholder: a key is a letter, then letters, digits, - and _');
}

const known = '{tenant}, {{key}} of a field, {{context.…}}, {{user.id}}, {{token.access_token}} and {{random}}';

function specialSource(name: string): Source | null {
  if (name === 'random') return { kind: 'random' };
  if (name === 'user.id') return { kind: 'user' };
  if (name === 'token.access_token') return { kind: 'token' };
  if (name.startsWith('captured.') && fieldKeySchema.safeParse(name.slice(9)).success)
    return { kind: 'captured', key: name.slice(9) };
  const path = contextPath.exec(name)?.[1];
  return path === undefined ? null : { kind: 'context', path: path.slice(1).split('.') };
}

/** Every value that a part takes, path authorization fields looked through. */
export function sourcesIn(parts: readonly Part[]): Source[] {
  return parts.filter(isPlaceholder).flatMap(({ source }) => (source.kind === 'path-field' ? sourcesIn(source.parts) : [source]));
}
