import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};
const forms: Record<string, string> = {
  uuid: 'a UUID',
  datetime: 'an instant as in ISO 8601',
  email: 'an email address',
  url: 'a URL',
};

/** Says a rule of the contract that has no words of its own as a sentence about the field; never what was sent. */
export function plainRule(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? `of the kind ${issue.expected}`}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'must not be empty'
        : `must ${sizeOf(issue, issue.minimum, 'least')}`;
    case 'too_big':
      return `must ${sizeOf(issue, issue.maximum, 'most')}`;
    case 'invalid_format':
      return `must be ${forms[issue.format] ?? 'of the form that the interface names'}`;
    case 'invalid_union':
      return eitherOf(issue.errors);
    case 'invalid_key':
      return `has a name that ${issue.issues[0]?.message ?? 'may not stand here'}`;
    default:
      return undefined;
  }
}

interface Bounded {
  origin: string;
  inclusive?: boolean;
  exact?: boolean;
}

function sizeOf({ origin, inclusive, exact }: Bounded, bound: number | bigint, end: 'least' | 'most'): string {
  const unit = { string: 'characters', array: 'entries', object: 'members' }[origin];
  if (unit) return `have ${exact ? 'exactly' : `at ${end}`} ${bound} ${unit}`;
  if (inclusive === false) return `be ${end === 'least' ? 'more' : 'less'} than ${bound}`;
  return `be at ${end} ${bound}`;
}

/** What the value as a whole may be, of all branches. */
function eitherOf(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const whole = branches.flatMap((issues) => issues.filter(({ path }) => path.length === 0).map(({ message }) => message));
  const rules = whole.filter((rule) => rule.startsWith('must be ')).map((rule) => rule.slice('must be '.length));
  return rules.length === 0 ? 'must be of another form' : `must be ${[...new Set(rules)].join(' or ')}`;
}
