import type { FieldError } from '@grantkeeper/contracts/error-codes';

/** Lists that have one input for all their entries, one in a line. */
const lineLists = [
  /^tenancy\.allowedTenants$/,
  /^additionalFields\.\d+\.allowedValues$/,
  /^advanced\.hostAllowList$/,
  /^advanced\.returnUrls$/,
];
/** Objects of the contract that are several inputs: the one where an error of the whole is shown. */
const firstInput: Record<string, string> = {
  tenancy: 'tenancy.enabled',
  'advanced.clientAuthentication': 'advanced.clientAuthentication.method',
  'advanced.refreshTokenLifetimeSeconds': 'advanced.refreshTokenLifetimeSeconds.idle',
  'advanced.limits': 'advanced.limits.inFlight',
  'advanced.refreshReuse': 'advanced.refreshReuse.kind',
};

/** What is told of one input. */
export interface InputError {
  input: string;
  message: string;
}

/** The input of the form that a path of the contract means. */
export function inputOf(path: string): InputError {
  const plain = path.replace(/^patch\./, '');
  const entry = /^(.*)\.(\d+)$/.exec(plain);
  if (entry?.[1] && lineLists.some((pattern) => pattern.test(entry[1] ?? '')))
    return { input: entry[1], message: `${Number(entry[2]) + 1}: ` };
  const row = /^(scope|additionalFields|authorizationFields)\.\d+$/.exec(plain);
  if (row) return { input: `${plain}.key`, message: '' };
  return { input: firstInput[plain] ?? plain, message: '' };
}

/** Errors by the input that they belong beside, those of several lines of one input in one text. */
export function byInput(errors: readonly FieldError[]): Map<string, string> {
  const told = new Map<string, string>();
  const paths = new Set<string>();
  for (const { path, message } of errors) {
    if (paths.has(path)) continue; // one rule at a time
    paths.add(path);
    const { input, message: entry } = inputOf(path);
    const earlier = told.get(input);
    told.set(input, earlier === undefined ? `${entry}${message}` : `${earlier}; ${entry}${message}`);
  }
  return told;
}

/** The id of an input's element. */
export const inputId = (input: string): string => `field-${input.replaceAll('.', '-')}`;

/** Fills an object as React Hook Form keeps errors: at each dotted path a message. */
export function nestedErrors(errors: ReadonlyMap<string, string>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [input, message] of errors) {
    const place = input.split('.').reduce((above, key) => {
      above[key] ??= {};
      return above[key] as Record<string, unknown>;
    }, nested);
    Object.assign(place, { type: 'contract', message });
  }
  return nested;
}
