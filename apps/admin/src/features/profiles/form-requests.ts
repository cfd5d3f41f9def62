import type { FieldError } from '@grantkeeper/contracts/error-codes';
import type { NewProfile, ProfilePatch, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { type DescribedProfile, type ProfileForm, toDefinition, toForm } from './form-model.js';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isSame = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  ) ?? 'undefined';

/** What makes `after` out of `before` (RFC 7396): changed members alone, null for those that are gone, lists whole. */
export function mergePatchBetween(before: object, after: object): Json {
  const [old, now] = [before as Json, after as Json];
  const patch: Json = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [was, is] = [old[key], now[key]];
    if (isSame(was, is)) continue;
    if (is === undefined) patch[key] = null;
    else patch[key] = isObject(was) && isObject(is) ? mergePatchBetween(was, is) : is;
  }
  return patch;
}

/** The body of the creation, with the id that the callback link was shown for. */
export function toNewProfile(id: string, form: ProfileForm): NewProfile {
  return {
    id,
    ...toDefinition(form),
    ...(form.clientSecret !== '' && { clientSecret: form.clientSecret }),
    ...(form.nextClientSecret !== '' && { nextClientSecret: form.nextClientSecret }),
  };
}

/** What the form changes of the profile as it was read. A secret is in it only where one was typed or is to be removed. */
export function toPatch(profile: ProfileView, form: ProfileForm): ProfilePatch {
  const before = toDefinition(toForm(profile));
  const after = toDefinition(form);
  // A tenancy that is off may hold what the form does not show: it is left alone until it is switched on.
  if (after.tenancy?.enabled) before.tenancy = profile.tenancy;
  return {
    ...mergePatchBetween(before, after),
    ...secretChange('clientSecret', form.clientSecret, form.removeClientSecret),
    ...secretChange('nextClientSecret', form.nextClientSecret, form.removeNextClientSecret),
  } as ProfilePatch;
}

/** What a profile may not go without, as far as it can be told before the API is asked. */
export function missingFields(profile: ProfileView | null, form: ProfileForm): FieldError[] {
  const { authorizationUrl, tokenUrl, advanced, tenancy } = toDefinition(form);
  const discovers = advanced.discoveryUrl !== undefined;
  const needsSecret = advanced.clientAuthentication?.method !== 'none';
  const missing = [
    !discovers && authorizationUrl === undefined && 'authorizationUrl',
    !discovers && tokenUrl === undefined && 'tokenUrl',
    profile === null && needsSecret && form.clientSecret === '' && 'clientSecret',
    tenancy?.enabled && tenancy.url === undefined && 'tenancy.url',
  ];
  return missing.flatMap((path) => (typeof path === 'string' ? [{ path, code: 'required', message: 'is required' }] : []));
}

function secretChange(member: 'clientSecret' | 'nextClientSecret', typed: string, remove: boolean): ProfilePatch {
  if (typed !== '') return { [member]: typed };
  return remove ? { [member]: null } : {};
}

/** Members that are for people: a revision of nothing else touches no grant. */
const wordsOnly: readonly string[] = ['name', 'description', 'identityProvider'];

/** Whether a patch changes more than words. */
export const touchesGrants = (patch: ProfilePatch): boolean => Object.keys(patch).some((member) => !wordsOnly.includes(member));
export const isEmptyPatch = (patch: ProfilePatch): boolean => Object.keys(patch).length === 0;

/** The form with its own changes on top of what somebody else has saved meanwhile. */
export function rebased(mine: ProfileView, theirs: ProfileView, form: ProfileForm): ProfileForm {
  const { clientSecret, nextClientSecret, ...patch } = toPatch(mine, form);
  const { removeClientSecret, removeNextClientSecret } = form;
  const merged = applied(toDefinition(toForm(theirs)), patch) as DescribedProfile;
  const secrets = { clientSecret: clientSecret ?? '', nextClientSecret: nextClientSecret ?? '' };
  return { ...toForm(merged), ...secrets, removeClientSecret, removeNextClientSecret };
}

function applied(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = applied(merged[key], value);
  }
  return merged;
}
