import type { AdditionalField, AuthorizationField } from '@grantkeeper/contracts/profiles/fields';
import type { Advanced, NewProfile, ProfileView } from '@grantkeeper/contracts/profiles/http';

/** A number as an input holds it: empty, a number, or something that is none yet. */
type NumberInput = number | string;

export interface ScopeInput {
  key: string;
  value: string;
}
export interface AdditionalFieldInput {
  key: string;
  /** With a default, which may be empty, the user is not asked. */
  hasDefault: boolean;
  value: string;
  label: string;
  hint: string;
  secret: boolean;
  required: boolean;
  pattern: string;
  /** One in a line. */
  allowedValues: string;
  prefix: string;
  suffix: string;
}
export interface AdvancedInput {
  pkce: '' | NonNullable<Advanced['pkce']>;
  clientAuthentication: {
    method: '' | NonNullable<Advanced['clientAuthentication']>['method'];
    basicEncoding: '' | 'form' | 'raw';
  };
  revocationUrl: string;
  apiBaseUrl: string;
  hostAllowList: string;
  discoveryUrl: string;
  returnUrls: string;
  assumedLifetimeSeconds: NumberInput;
  refreshTokenLifetimeSeconds: { idle: NumberInput; absolute: NumberInput };
  limits: { inFlight: NumberInput; perSecond: NumberInput };
  refreshLeadSeconds: NumberInput;
  keepFreshDays: NumberInput;
  refreshReuse: { kind: '' | 'no' | 'unknown' | 'allowed'; allowedSeconds: NumberInput };
}

/** A profile as the form holds it: every input has something, and its name is the contract's path. */
export interface ProfileForm {
  name: string;
  identityProvider: string;
  clientId: string;
  /** What is typed: empty leaves the stored one as it is. */
  clientSecret: string;
  removeClientSecret: boolean;
  nextClientSecret: string;
  removeNextClientSecret: boolean;
  authorizationUrl: string;
  tokenUrl: string;
  refreshUrl: string;
  scope: ScopeInput[];
  description: string;
  tenancy: { enabled: boolean; url: string; allowedTenants: string };
  additionalFields: AdditionalFieldInput[];
  authorizationFields: AuthorizationField[];
  grantedTo: 'user' | 'everyone';
  identityCheck: 'code' | 'return' | 'confirm';
  advanced: AdvancedInput;
}

/** What the form says of a profile, without id and secrets; what is left empty is not there. */
export type ProfileDefinition = Omit<NewProfile, 'id' | 'clientSecret' | 'nextClientSecret' | 'useConnector'>;
/** What a form can be filled from: a profile as it is read, a revision's definition, or a file. */
export type DescribedProfile = Partial<
  Omit<ProfileDefinition, 'refreshUrl'> & { refreshUrl: ProfileView['refreshUrl'] | undefined }
>;

const given = (text: string | undefined | null): string => text ?? '';
const lines = (list: readonly string[] | undefined): string => (list ?? []).join('\n');

/** The form of a profile that is there, or of a new one. */
export function toForm(profile: DescribedProfile = {}): ProfileForm {
  return {
    name: given(profile.name),
    identityProvider: given(profile.identityProvider),
    clientId: given(profile.clientId),
    clientSecret: '',
    removeClientSecret: false,
    nextClientSecret: '',
    removeNextClientSecret: false,
    authorizationUrl: given(profile.authorizationUrl),
    tokenUrl: given(profile.tokenUrl),
    refreshUrl: given(profile.refreshUrl),
    scope: (profile.scope ?? []).map(({ key, value }) => ({ key: given(key), value: given(value) })),
    description: given(profile.description),
    tenancy: {
      enabled: profile.tenancy?.enabled ?? false,
      url: given(profile.tenancy?.url),
      allowedTenants: lines(profile.tenancy?.allowedTenants),
    },
    additionalFields: (profile.additionalFields ?? []).map(toAdditionalFieldInput),
    authorizationFields: (profile.authorizationFields ?? []).map(({ fieldType, key, value }) => ({
      fieldType: fieldType ?? 'header',
      key: given(key),
      value: given(value),
    })),
    grantedTo: profile.grantedTo ?? 'user',
    identityCheck: profile.identityCheck ?? 'code',
    advanced: toAdvancedInput(profile.advanced ?? {}),
  };
}

/** A row of Add Additional Fields; an empty one where none is given. */
export function toAdditionalFieldInput(field: Partial<AdditionalField> = {}): AdditionalFieldInput {
  return {
    key: given(field.key),
    hasDefault: field.value !== undefined,
    value: given(field.value),
    label: given(field.label),
    hint: given(field.hint),
    secret: field.secret ?? false,
    required: field.required ?? true,
    pattern: given(field.pattern),
    allowedValues: lines(field.allowedValues),
    prefix: given(field.prefix),
    suffix: given(field.suffix),
  };
}

function toAdvancedInput(advanced: Advanced): AdvancedInput {
  const { refreshReuse } = advanced;
  return {
    pkce: advanced.pkce ?? '',
    clientAuthentication: {
      method: advanced.clientAuthentication?.method ?? '',
      basicEncoding: advanced.clientAuthentication?.basicEncoding ?? '',
    },
    revocationUrl: given(advanced.revocationUrl),
    apiBaseUrl: given(advanced.apiBaseUrl),
    hostAllowList: lines(advanced.hostAllowList),
    discoveryUrl: given(advanced.discoveryUrl),
    returnUrls: lines(advanced.returnUrls),
    assumedLifetimeSeconds: advanced.assumedLifetimeSeconds ?? '',
    refreshTokenLifetimeSeconds: {
      idle: advanced.refreshTokenLifetimeSeconds?.idle ?? '',
      absolute: advanced.refreshTokenLifetimeSeconds?.absolute ?? '',
    },
    limits: { inFlight: advanced.limits?.inFlight ?? '', perSecond: advanced.limits?.perSecond ?? '' },
    refreshLeadSeconds: advanced.refreshLeadSeconds ?? '',
    keepFreshDays: advanced.keepFreshDays ?? '',
    refreshReuse:
      typeof refreshReuse === 'object'
        ? { kind: 'allowed', allowedSeconds: refreshReuse.allowedSeconds }
        : { kind: refreshReuse ?? '', allowedSeconds: '' },
  };
}

const text = (typed: string): string | undefined => (typed === '' ? undefined : typed);
const trimmed = (typed: string): string | undefined => text(typed.trim());
const number = (typed: NumberInput): number | undefined => (typed === '' ? undefined : Number(typed));
const choice = <T extends string>(chosen: '' | T): T | undefined => (chosen === '' ? undefined : chosen);
/** The lines that hold something; undefined where none does. */
function list(typed: string): string[] | undefined {
  const values = typed.split(/\r?\n/).filter((line) => line.trim() !== '');
  return values.length === 0 ? undefined : values;
}
const trimmedList = (typed: string): string[] | undefined => list(typed)?.map((line) => line.trim());

/** The object without members that hold nothing; undefined where none is left. */
function filled<T extends object>(members: T): T | undefined {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as T);
}

/** What the form says, in the contract's shape. */
export function toDefinition(form: ProfileForm): ProfileDefinition {
  return {
    type: 'oauth2',
    name: form.name.trim(),
    identityProvider: form.identityProvider.trim(),
    clientId: form.clientId.trim(),
    authorizationUrl: trimmed(form.authorizationUrl),
    tokenUrl: trimmed(form.tokenUrl),
    refreshUrl: trimmed(form.refreshUrl),
    scope: form.scope.map(({ key, value }) => ({ ...filled({ key: trimmed(key) }), value })),
    description: form.description,
    tenancy: form.tenancy.enabled
      ? {
          enabled: true,
          ...filled({ url: trimmed(form.tenancy.url), allowedTenants: trimmedList(form.tenancy.allowedTenants) }),
        }
      : { enabled: false },
    additionalFields: form.additionalFields.map(toAdditionalField),
    authorizationFields: form.authorizationFields.map((field) => ({ ...field, key: field.key.trim() })),
    grantedTo: form.grantedTo,
    identityCheck: form.identityCheck,
    advanced: toAdvanced(form.advanced),
  };
}

function toAdditionalField(row: AdditionalFieldInput): AdditionalField {
  return {
    key: row.key.trim(),
    ...filled({
      value: row.hasDefault ? row.value : undefined,
      label: trimmed(row.label),
      hint: trimmed(row.hint),
      secret: row.secret || undefined,
      required: row.required ? undefined : false,
      pattern: text(row.pattern),
      allowedValues: list(row.allowedValues),
      prefix: text(row.prefix),
      suffix: text(row.suffix),
    }),
  };
}

/** What is set in Advanced token handling; its number of members is the badge's. */
export function toAdvanced(form: AdvancedInput): Advanced {
  const { method, basicEncoding } = form.clientAuthentication;
  const { kind, allowedSeconds } = form.refreshReuse;
  const { idle, absolute } = form.refreshTokenLifetimeSeconds;
  const { inFlight, perSecond } = form.limits;
  const encoding = method === 'client_secret_basic' ? choice(basicEncoding) : undefined;
  return (
    filled({
      pkce: choice(form.pkce),
      clientAuthentication: method === '' ? undefined : { method, ...filled({ basicEncoding: encoding }) },
      revocationUrl: trimmed(form.revocationUrl),
      apiBaseUrl: trimmed(form.apiBaseUrl),
      hostAllowList: trimmedList(form.hostAllowList),
      discoveryUrl: trimmed(form.discoveryUrl),
      returnUrls: trimmedList(form.returnUrls),
      assumedLifetimeSeconds: number(form.assumedLifetimeSeconds),
      refreshTokenLifetimeSeconds: filled({ idle: number(idle), absolute: number(absolute) }),
      limits: filled({ inFlight: number(inFlight), perSecond: number(perSecond) }),
      refreshLeadSeconds: number(form.refreshLeadSeconds),
      keepFreshDays: number(form.keepFreshDays),
      refreshReuse: kind === 'allowed' ? { allowedSeconds: number(allowedSeconds) ?? Number.NaN } : choice(kind),
    }) ?? {}
  );
}
