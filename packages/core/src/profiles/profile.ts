import type { FieldError } from '@grantkeeper/contracts/error-codes';
import type { AdditionalField, AuthorizationField, Tenancy } from '@grantkeeper/contracts/profiles/fields';
import type {
  Advanced,
  ClientAuthentication,
  GrantedTo,
  IdentityCheck,
  NewProfile,
  ProfilePatch,
  ScopeRow,
} from '@grantkeeper/contracts/profiles/http';
import { additionalFieldErrors, additionalFieldsOf } from './additional-fields.js';
import { authorizationFieldErrors, authorizationFieldsOf } from './authorization-fields.js';
import type { Discovered } from './discovery.js';
import { mergePatch, sameJson } from './merge-patch.js';
import { tenancyOf } from './placeholder-rules.js';
import { baseUrlOf, originsOfUrl, ownValueErrors, urlErrors } from './profile-urls.js';
import { queryClash } from './query-clash.js';

/** How to authorize at one provider. Name and client secret are kept beside it. `issuer` is known by discovery only. */
export interface ProfileDefinition {
  type: 'oauth2';
  identityProvider: string;
  clientId: string;
  authorizationUrl: string;
  tokenUrl: string;
  refreshUrl: string | null;
  scope: ScopeRow[];
  description: string;
  /** Off where it is missing. */
  tenancy?: Tenancy;
  additionalFields?: AdditionalField[];
  authorizationFields?: AuthorizationField[];
  /** `user` where it is missing. */
  grantedTo?: GrantedTo;
  identityCheck: IdentityCheck;
  advanced: Advanced;
  issuer: string | null;
  issParameterSupported: boolean;
}

export interface RevisedProfile {
  name: string;
  definition: ProfileDefinition;
  /** Dotted names of the members that differ, `clientSecret` included. */
  changed: string[];
  clearsSecret: boolean;
  /** The secret to store: a new one, null to clear it, undefined to leave it. */
  clientSecret: string | null | undefined;
  nextClientSecret: string | null | undefined;
  errors: FieldError[];
}

/** A new profile's definition; what the author left out comes from discovery. */
export function defineProfile(
  input: NewProfile,
  discovered: Discovered | null,
): { definition: ProfileDefinition; errors: FieldError[] } {
  const revocationUrl = input.advanced.revocationUrl ?? discovered?.revocationUrl;
  const definition: ProfileDefinition = {
    type: input.type,
    identityProvider: input.identityProvider,
    clientId: input.clientId,
    authorizationUrl: input.authorizationUrl ?? discovered?.authorizationUrl ?? '',
    tokenUrl: input.tokenUrl ?? discovered?.tokenUrl ?? '',
    refreshUrl: input.refreshUrl ?? null,
    scope: input.scope,
    description: input.description,
    tenancy: input.tenancy,
    additionalFields: input.additionalFields,
    authorizationFields: input.authorizationFields,
    grantedTo: input.grantedTo,
    identityCheck: input.identityCheck,
    advanced: { ...input.advanced, ...(revocationUrl === undefined ? {} : { revocationUrl }) },
    issuer: discovered?.issuer ?? null,
    issParameterSupported: discovered?.issParameterSupported ?? false,
  };
  return { definition, errors: checkDefinition(definition, { secretWillBeSet: input.clientSecret !== undefined }) };
}

/** Applies a merge patch (RFC 7396) to a profile. A revision that adds an origin clears the secret unless it brings a new one. */
export function reviseDefinition(
  current: { name: string; definition: ProfileDefinition; secretSet: boolean; nextSecretSet: boolean },
  patch: ProfilePatch,
  discovered: Discovered | null,
): RevisedProfile {
  const before = current.definition;
  const definition = patched(before, patch, discovered);
  const name = patch.name ?? current.name;

  const addsOrigin = secretOriginsAdded(before, definition).length > 0;
  const movesSecret = addsOrigin && patch.clientSecret === undefined;
  const clientSecret = movesSecret && current.secretSet ? null : patch.clientSecret;
  const clearsSecret = current.secretSet && clientSecret === null;
  const nextClientSecret = addsOrigin && patch.nextClientSecret === undefined ? null : patch.nextClientSecret;

  const secretAfter = typeof clientSecret === 'string' || (current.secretSet && clientSecret === undefined);
  // A secret that the origin rule took, or that was missing before, is asked for by the page, not by refusing every other change.
  const excused = patch.clientSecret === undefined && (movesSecret || !current.secretSet) && needsSecret(before);
  const changed = changedMembers(before, definition);
  if (name !== current.name) changed.unshift('name');
  if (typeof clientSecret === 'string' || clearsSecret) changed.push('clientSecret');
  if (typeof nextClientSecret === 'string' || (current.nextSecretSet && nextClientSecret === null))
    changed.push('nextClientSecret');
  return {
    name,
    definition,
    changed,
    clearsSecret,
    clientSecret,
    nextClientSecret,
    errors: checkDefinition(definition, { secretWillBeSet: secretAfter || excused }),
  };
}

function patched(before: ProfileDefinition, patch: ProfilePatch, discovered: Discovered | null): ProfileDefinition {
  const advanced = patchedAdvanced(before.advanced, patch.advanced);
  const refill = advanced.discoveryUrl !== before.advanced.discoveryUrl;
  const endpoint = (given: string | null | undefined, was: string, told: string | undefined): string => {
    if (typeof given === 'string') return given;
    if (given === null) return told ?? '';
    return was === '' || refill ? (told ?? was) : was;
  };
  if (refill && patch.advanced?.revocationUrl === undefined && discovered?.revocationUrl !== undefined) {
    advanced.revocationUrl = discovered.revocationUrl;
  }
  const keepsIssuer = discovered === null && !refill;
  return {
    type: before.type,
    identityProvider: patch.identityProvider ?? before.identityProvider,
    clientId: patch.clientId ?? before.clientId,
    authorizationUrl: endpoint(patch.authorizationUrl, before.authorizationUrl, discovered?.authorizationUrl),
    tokenUrl: endpoint(patch.tokenUrl, before.tokenUrl, discovered?.tokenUrl),
    refreshUrl: patch.refreshUrl === undefined ? before.refreshUrl : patch.refreshUrl,
    scope: patch.scope === undefined ? before.scope : (patch.scope ?? []),
    description: patch.description === undefined ? before.description : (patch.description ?? ''),
    tenancy:
      patch.tenancy === undefined ? before.tenancy : ((mergePatch(tenancyOf(before), patch.tenancy) as Tenancy) ?? undefined),
    additionalFields: patch.additionalFields === undefined ? before.additionalFields : (patch.additionalFields ?? undefined),
    authorizationFields:
      patch.authorizationFields === undefined ? before.authorizationFields : (patch.authorizationFields ?? undefined),
    grantedTo: patch.grantedTo === undefined ? before.grantedTo : (patch.grantedTo ?? undefined),
    identityCheck: patch.identityCheck === undefined ? before.identityCheck : (patch.identityCheck ?? 'code'),
    advanced,
    issuer: keepsIssuer ? before.issuer : (discovered?.issuer ?? null),
    issParameterSupported: keepsIssuer ? before.issParameterSupported : (discovered?.issParameterSupported ?? false),
  };
}

function patchedAdvanced(before: Advanced, patch: ProfilePatch['advanced']): Advanced {
  if (patch === undefined) return { ...before };
  const advanced = (mergePatch(before, patch) ?? {}) as Advanced;
  const given = patch?.clientAuthentication;
  // The encoding means something with Basic only: it goes with the method that it belonged to.
  if (given?.method !== undefined && given.method !== 'client_secret_basic' && given.basicEncoding === undefined) {
    advanced.clientAuthentication = { method: given.method };
  }
  for (const member of ['refreshTokenLifetimeSeconds', 'limits'] as const) {
    if (advanced[member] && Object.keys(advanced[member]).length === 0) delete advanced[member];
  }
  return advanced;
}

/** Dotted names of the members that differ. */
export function changedMembers(before: ProfileDefinition, after: ProfileDefinition): string[] {
  const plain = [
    'identityProvider',
    'clientId',
    'authorizationUrl',
    'tokenUrl',
    'refreshUrl',
    'scope',
    'description',
    'identityCheck',
  ] as const;
  const changed: string[] = plain.filter((member) => !sameJson(before[member], after[member]));
  if (grantedToOf(before) !== grantedToOf(after)) changed.push('grantedTo');
  if (!sameJson(tenancyOf(before), tenancyOf(after))) changed.push('tenancy');
  if (!sameJson(additionalFieldsOf(before), additionalFieldsOf(after))) changed.push('additionalFields');
  if (!sameJson(authorizationFieldsOf(before), authorizationFieldsOf(after))) changed.push('authorizationFields');
  const old: Record<string, unknown> = before.advanced;
  const now: Record<string, unknown> = after.advanced;
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (!sameJson(old[key], now[key])) changed.push(`advanced.${key}`);
  }
  if (before.issuer !== after.issuer || before.issParameterSupported !== after.issParameterSupported) changed.push('issuer');
  return changed;
}

/** The rules that join several fields; each field's own rules are the contract's. */
export function checkDefinition(definition: ProfileDefinition, { secretWillBeSet }: { secretWillBeSet: boolean }): FieldError[] {
  const { advanced } = definition;
  const errors: FieldError[] = [];
  const wrong = (path: string, code: string, message: string) => errors.push({ path, code, message });

  if (definition.authorizationUrl === '')
    wrong('authorizationUrl', 'required', 'is required, or must be told by advanced.discoveryUrl');
  if (definition.tokenUrl === '') wrong('tokenUrl', 'required', 'is required, or must be told by advanced.discoveryUrl');
  if (advanced.discoveryUrl !== undefined && definition.issuer === null) {
    wrong('advanced.discoveryUrl', 'unreadable', 'its document could not be read, so the issuer is not known');
  }
  if (needsSecret(definition) && !secretWillBeSet) {
    wrong('clientSecret', 'required', 'is required unless advanced.clientAuthentication.method is none');
  }
  const authentication = advanced.clientAuthentication;
  if (authentication !== undefined && authentication.method === undefined) {
    wrong('advanced.clientAuthentication.method', 'required', 'is required');
  } else if (authentication?.basicEncoding !== undefined && authentication.method !== 'client_secret_basic') {
    wrong('advanced.clientAuthentication.basicEncoding', 'not_applicable', 'belongs to client_secret_basic only');
  }
  if (definition.identityCheck === 'return' && (advanced.returnUrls ?? []).length === 0) {
    wrong('advanced.returnUrls', 'required', 'must hold at least one URL for the identity check “return”');
  }
  errors.push(
    ...additionalFieldErrors(additionalFieldsOf(definition)),
    ...authorizationFieldErrors(definition),
    ...urlErrors(definition),
    ...ownValueErrors(definition),
  );
  const clash = queryClash(definition.authorizationUrl, parametersOf(definition));
  if (clash.length > 0)
    wrong('authorizationUrl', 'query_clash', `its query already holds ${clash.join(', ')}, which would be sent twice`);
  return errors;
}

const protocolParameters = ['response_type', 'client_id', 'redirect_uri', 'state', 'code_challenge', 'code_challenge_method'];

function parametersOf(definition: ProfileDefinition): string[] {
  const scope = scopeParameter(definition) === '' ? [] : ['scope'];
  return [...protocolParameters, ...scope, ...extraAuthorizationParameters(definition).map(([name]) => name)];
}

/** Where the client secret and the tokens go: the origins of the token, refresh and revocation URLs and of the API, sorted; with the placeholders of a host as they stand. */
export function originsOf(definition: ProfileDefinition): string[] {
  const urls = [definition.tokenUrl, refreshUrlOf(definition), definition.advanced.revocationUrl, baseUrlOf(definition)];
  return [...new Set(urls.flatMap((url) => (url ? originsOfUrl(definition, url) : [])))].sort();
}

/** Whether two definitions send secrets and tokens to the same places. */
export function sameOrigins(one: ProfileDefinition, other: ProfileDefinition): boolean {
  return sameJson(originsOf(one), originsOf(other));
}

/** Origins that would newly be told the client secret. */
export function secretOriginsAdded(before: ProfileDefinition, after: ProfileDefinition): string[] {
  const known = originsOf(before);
  return originsOf(after).filter((origin) => !known.includes(origin));
}

/** Whether each user consents, or an operator for everyone. */
export function grantedToOf({ grantedTo = 'user' }: ProfileDefinition): GrantedTo {
  return grantedTo;
}

/** How the client shows who it is (RFC 6749 section 2.3). */
export function clientAuthenticationOf(definition: ProfileDefinition): Required<ClientAuthentication> {
  const { method = 'client_secret_basic', basicEncoding = 'form' } = definition.advanced.clientAuthentication ?? {};
  return { method, basicEncoding };
}

function needsSecret(definition: ProfileDefinition): boolean {
  return clientAuthenticationOf(definition).method !== 'none';
}

/** Proof key for code exchange (RFC 7636): on unless the profile says off. */
export function pkceOf(definition: ProfileDefinition): 'S256' | 'off' {
  return definition.advanced.pkce ?? 'S256';
}

export function refreshUrlOf(definition: ProfileDefinition): string {
  return definition.refreshUrl ?? definition.tokenUrl;
}

const isScope = (row: ScopeRow): boolean => row.key === undefined || row.key === '' || row.key === 'scope';

/** The `scope` parameter (RFC 6749 section 3.3), empty where no row gives one. */
export function scopeParameter(definition: ProfileDefinition): string {
  return definition.scope
    .filter(isScope)
    .map((row) => row.value)
    .join(' ');
}

/** Every single scope that is asked for, each once. */
export function requestedScopes(definition: ProfileDefinition): string[] {
  return [...new Set(scopeParameter(definition).split(/\s+/).filter(Boolean))];
}

/** Scope rows with a key of their own: further parameters of the authorization request, in order. */
export function extraAuthorizationParameters(definition: ProfileDefinition): [string, string][] {
  return definition.scope.filter((row) => !isScope(row)).map((row) => [row.key ?? '', row.value]);
}
