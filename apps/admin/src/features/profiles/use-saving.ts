import type { BlastRadius, ProfilePatch, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { ApiProblem } from '../../api/client.js';
import { touchesNothing } from './blast-radius-dialog.js';
import { useProfileTexts } from './form-context.js';
import { type ProfileForm, toForm } from './form-model.js';
import { isEmptyPatch, rebased, toPatch, touchesGrants } from './form-requests.js';
import { askBlastRadius, profileQuery, reviseProfile } from './profiles.api.js';
import { placeProblem } from './use-profile-form.js';

const isStale = (error: unknown): boolean => error instanceof ApiProblem && error.problem.code === 'http.stale-revision';

interface Saving {
  form: UseFormReturn<ProfileForm>;
  /** The profile as the form was filled from it. */
  base: ProfileView;
  setBase: (profile: ProfileView) => void;
  reveal: (path: string) => void;
}

/** From Save to what comes of it: what a revision touches is asked first, and a revision that somebody else made meanwhile is shown. */
export function useSaving({ form, base, setBase, reveal }: Saving) {
  const { form: texts } = useProfileTexts();
  const queryClient = useQueryClient();
  const [radius, setRadius] = useState<BlastRadius | null>(null);
  const [theirs, setTheirs] = useState<ProfileView | null>(null);
  const { left, setLeft, tell } = useTelling(form, reveal);
  const [isSaving, setIsSaving] = useState(false);

  const take = (profile: ProfileView): void => {
    queryClient.setQueryData(profileQuery(profile.id).queryKey, profile);
    setBase(profile);
    form.reset(toForm(profile));
    setTheirs(null);
    setRadius(null);
  };
  /** Whether it came to that: not where somebody else was quicker. */
  const revise = async (patch: ProfilePatch): Promise<boolean> => {
    try {
      take(await reviseProfile(base, patch));
    } catch (error) {
      if (!isStale(error)) throw error;
      setRadius(null);
      setTheirs(await queryClient.fetchQuery({ ...profileQuery(base.id), staleTime: 0 }));
      return false;
    }
    notifications.show({ message: texts.saved, color: 'green' });
    void queryClient.invalidateQueries({ queryKey: ['profiles'] });
    return true;
  };
  const begin = async (values: ProfileForm): Promise<boolean> => {
    const patch = toPatch(base, values);
    if (isEmptyPatch(patch)) {
      take(base);
      return true;
    }
    if (!touchesGrants(patch)) return revise(patch);
    const touched = await askBlastRadius(base.id, patch);
    if (touchesNothing(touched)) return revise(patch);
    setRadius(touched);
    return false;
  };
  const save = async (values: ProfileForm): Promise<boolean> => {
    setLeft(null);
    setIsSaving(true);
    return begin(values)
      .catch(tell)
      .finally(() => setIsSaving(false));
  };
  const saveTouching = (): Promise<boolean> =>
    revise(toPatch(base, form.getValues())).catch((error: unknown) => {
      setRadius(null);
      return tell(error);
    });
  const goOnWith = (profile: ProfileView): void => {
    const merged = rebased(base, profile, form.getValues());
    take(profile);
    form.reset(merged, { keepDefaultValues: true });
  };
  return {
    save,
    isSaving,
    /** What is not told at a field. */
    error: left,
    radius,
    closeRadius: () => setRadius(null),
    saveTouching,
    theirs,
    closeTheirs: () => setTheirs(null),
    take,
    goOnWith,
  };
}

/** What the API found wrong: beside its fields, with the keyboard at the first; the rest is left for an alert. */
export function useTelling(form: UseFormReturn<ProfileForm>, reveal: (path: string) => void) {
  const [left, setLeft] = useState<unknown>(null);
  const tell = (error: unknown): false => {
    const placed = placeProblem(form, error);
    setLeft(placed.left);
    if (placed.first !== null) reveal(placed.first);
    return false;
  };
  return { left, setLeft, tell };
}
