import type { JsonSchema } from './json-schema.js';

/** One line of a table of fields. */
export interface FieldRow {
  name: string;
  kind: string;
  required: boolean;
  rules: string;
}

/** The fields of an object, nested ones by their path; lists as `name[]`. */
export function fieldRows(schema: JsonSchema, above = ''): FieldRow[] {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches && !schema.properties) return merged(branches.map((branch) => fieldRows(branch, above)));
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${above}${name}`;
    const row = { name: path, kind: kindOf(field), required: schema.required?.includes(name) ?? false, rules: rulesOf(field) };
    return [row, ...nested(field, path)];
  });
}

function nested(field: JsonSchema, path: string): FieldRow[] {
  const objects = [field, ...(field.anyOf ?? []), ...(field.oneOf ?? [])];
  return merged(
    objects.map((one) => {
      if (one.properties) return fieldRows(one, `${path}.`);
      return one.items?.properties ? fieldRows(one.items, `${path}[].`) : [];
    }),
  );
}

/** A field that several branches name is told once, with every kind it may be of, and is required only where all of them require it. */
function merged(branches: FieldRow[][]): FieldRow[] {
  const told = branches.filter((rows) => rows.length > 0);
  const byName = new Map<string, FieldRow>();
  for (const row of told.flat()) {
    const known = byName.get(row.name);
    const required = told.every((rows) => rows.some(({ name, required }) => name === row.name && required));
    byName.set(row.name, {
      ...row,
      required,
      kind: known ? bothKinds(known.kind, row.kind) : row.kind,
      rules: known ? either(known.rules, row.rules) : row.rules,
    });
  }
  return [...byName.values()];
}

const bothKinds = (one: string, other: string): string => (one.split(' or ').includes(other) ? one : `${one} or ${other}`);
const either = (one: string, other: string): string => (one === other || other === '' ? one : `${one} | ${other}`);

function kindOf(field: JsonSchema): string {
  const branches = field.anyOf ?? field.oneOf;
  if (branches) return [...new Set(branches.map(kindOf))].join(' or ');
  if (field.const !== undefined) return JSON.stringify(field.const);
  if (field.enum) return field.enum.map((value) => JSON.stringify(value)).join(', ');
  if (field.type === 'array') return `list of ${field.items ? kindOf(field.items) : 'values'}`;
  const type = Array.isArray(field.type) ? field.type.join(' or ') : (field.type ?? 'any value');
  return field.format ? `${type} (${field.format})` : type;
}

function rulesOf(field: JsonSchema): string {
  const rules = [
    field.description ?? '',
    range(field.minLength, field.maxLength, 'characters'),
    range(field.minItems ?? field.items?.minLength, field.maxItems, 'items'),
    field.type === 'integer' || field.type === 'number' ? range(field.minimum, field.maximum, '') : '',
    field.default === undefined ? '' : `default ${JSON.stringify(field.default)}`,
    field['x-not-supported-yet'] ? `not supported yet: ${field['x-not-supported-yet'].join(', ')}` : '',
    ...(field.anyOf ?? []).map(rulesOf),
  ];
  return [...new Set(rules.filter((rule) => rule !== ''))].join('; ');
}

function range(from: number | undefined, to: number | undefined, unit: string): string {
  const bounded = (value: number | undefined): value is number =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  const text = [bounded(from) ? `at least ${from}` : '', bounded(to) ? `at most ${to}` : '']
    .filter((part) => part !== '')
    .join(', ');
  return text === '' || unit === '' ? text : `${text} ${unit}`;
}
