import { fieldErrors } from '@grantkeeper/contracts/field-errors';
import { plainRule } from '@grantkeeper/contracts/plain-rules';
import { newProfileSchema, type ProfileView, profilePatchSchema } from '@grantkeeper/contracts/profiles/http';
import { useMemo, useRef } from 'react';
import { type FieldErrors, get, type Resolver, type UseFormReturn, useForm } from 'react-hook-form';
import { ApiProblem } from '../../api/client.js';
import { byInput, nestedErrors } from './field-inputs.js';
import type { InputName } from './form-inputs.js';
import { type DescribedProfile, type ProfileForm, toForm } from './form-model.js';
import { missingFields, toNewProfile, toPatch } from './form-requests.js';

/** What the form would send, of which only the contract's own rules are checked here: the others need the API. */
const requestOf = (id: string, profile: ProfileView | null, form: ProfileForm) =>
  profile === null
    ? { schema: newProfileSchema, body: toNewProfile(id, form) }
    : { schema: profilePatchSchema, body: toPatch(profile, form) };

/** The form of a profile as it was read, or of a new one; `profile` may change while the form lives. */
export function useProfileForm(
  id: string,
  profile: ProfileView | null,
  filledWith: DescribedProfile,
): UseFormReturn<ProfileForm> {
  const read = useRef(profile);
  read.current = profile;
  const resolver = useMemo<Resolver<ProfileForm>>(
    () => (values) => {
      const { schema, body } = requestOf(id, read.current, values);
      const parsed = schema.safeParse(body, { error: plainRule });
      const missing = missingFields(read.current, values);
      if (parsed.success && missing.length === 0) return { values, errors: {} };
      const wrong = parsed.success ? [] : fieldErrors(parsed.error, body, 'body');
      const errors = nestedErrors(byInput([...missing, ...wrong]));
      return { values: {}, errors: errors as FieldErrors<ProfileForm> };
    },
    [id],
  );
  return useForm<ProfileForm>({ defaultValues: toForm(filledWith), resolver, shouldFocusError: false });
}

/** Puts what the API found beside its inputs. Answers where the first one is, and the error that is left to tell. */
export function placeProblem(form: UseFormReturn<ProfileForm>, error: unknown): { first: string | null; left: unknown } {
  if (!(error instanceof ApiProblem)) return { first: null, left: error };
  const { code, detail, errors = [] } = error.problem;
  if (code === 'profiles.name-taken') {
    form.setError('name', { type: 'api', message: detail });
    return { first: 'name', left: null };
  }
  const placed = [...byInput(errors)].filter(([input]) => get(form.getValues(), input) !== undefined);
  for (const [input, message] of placed) form.setError(input as InputName, { type: 'api', message });
  const told = errors.length > 0 && byInput(errors).size === placed.length;
  return { first: placed[0]?.[0] ?? null, left: told ? null : error };
}

/** Every input that something is wrong with, by its path, in the order of the form. */
export function wrongInputs(errors: FieldErrors<ProfileForm>, order: ProfileForm): string[] {
  const paths = pathsOf(errors as Record<string, unknown>);
  const places = Object.keys(order);
  const placeOf = (path: string): number => places.indexOf(path.split('.')[0] ?? '');
  return paths.sort((a, b) => placeOf(a) - placeOf(b));
}

function pathsOf(errors: Record<string, unknown>, above = ''): string[] {
  return Object.entries(errors).flatMap(([key, inner]): string[] => {
    if (typeof inner !== 'object' || inner === null || key === 'ref') return [];
    const path = above === '' ? key : `${above}.${key}`;
    const own = typeof (inner as { message?: unknown }).message === 'string' ? [path] : [];
    return [...own, ...pathsOf(inner as Record<string, unknown>, path)];
  });
}
