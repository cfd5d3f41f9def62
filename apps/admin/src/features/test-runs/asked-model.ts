import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import type { NewTestRun } from '@grantkeeper/contracts/test-runs/http';

/** What a test or an explanation may be given, as typed. */
export interface AskedForm {
  tenant: string;
  fields: Record<string, string>;
  /** JSON. */
  context: string;
}

type AskedProfile = Pick<ProfileView, 'tenancy' | 'additionalFields' | 'authorizationFields' | 'authorizationUrl' | 'advanced'>;

/** Whether a runtime's own values stand anywhere in the profile. */
export const asksContext = ({ authorizationUrl, tenancy, authorizationFields, advanced }: AskedProfile): boolean =>
  [authorizationUrl, tenancy.url ?? '', advanced.apiBaseUrl ?? '', ...authorizationFields.map(({ value }) => value)].some(
    (text) => text.includes('{{context.'),
  );

/** Whether there is anything to ask before a test. */
export const asksAnything = (profile: AskedProfile): boolean =>
  profile.tenancy.enabled || profile.additionalFields.length > 0 || asksContext(profile);

export const emptyAsk = (profile: AskedProfile): AskedForm => ({
  tenant: '',
  fields: Object.fromEntries(profile.additionalFields.map(({ key }) => [key, ''])),
  context: '',
});

/** The body of the request: what was left empty is asked for on the page, or stood in for. Null where the context is no JSON object. */
export function toAsk({ tenant, fields, context }: AskedForm): NewTestRun | null {
  const given = Object.entries(fields).filter(([, value]) => value !== '');
  const values = context.trim() === '' ? {} : objectOf(context);
  if (values === null) return null;
  return {
    ...(tenant.trim() !== '' && { tenant: tenant.trim() }),
    ...(given.length > 0 && { fields: Object.fromEntries(given) }),
    ...(Object.keys(values).length > 0 && { context: values }),
  };
}

function objectOf(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
