import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { Button, Stack } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { FormProvider } from 'react-hook-form';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { BlastRadiusDialog } from './blast-radius-dialog.js';
import { useFormPlace, useProfileTexts } from './form-context.js';
import { toForm } from './form-model.js';
import { FormFooter, ProfileFormFields, WrongFields } from './profile-form.js';
import { StaleDialog } from './stale-dialog.js';
import { UnsavedGuard } from './unsaved-guard.js';
import { useProfileForm, wrongInputs } from './use-profile-form.js';
import { useSaving } from './use-saving.js';

export interface BesideTheForm {
  profile: ProfileView;
  hasUnsavedChanges: boolean;
  /** Saves as the button does; false where it did not come to that. */
  onSave: () => Promise<boolean>;
  /** Leads to a field by its path in the contract. */
  onMend: (field: string) => void;
}

interface ProfileEditorProps {
  profile: ProfileView;
  beside: (form: BesideTheForm) => ReactNode;
}

/** A profile's settings, and what stands beside them. */
export function ProfileEditor({ profile, beside }: ProfileEditorProps) {
  const { form: texts } = useProfileTexts();
  const { reveal, readOnly } = useFormPlace();
  const [base, setBase] = useState(profile);
  const form = useProfileForm(profile.id, base, base);
  const { isDirty } = form.formState;
  const saving = useSaving({ form, base, setBase, reveal });
  useEffect(() => {
    if (isDirty || profile.revision <= base.revision) return;
    setBase(profile); // somebody else's revision, or one that came of itself: nothing of ours is lost
    form.reset(toForm(profile));
  }, [profile, base, isDirty, form]);
  const submit = (): Promise<boolean> =>
    new Promise((resolve) => {
      void form.handleSubmit(
        async (values) => resolve(await saving.save(values)),
        (errors) => {
          reveal(wrongInputs(errors, form.getValues())[0] ?? 'name');
          resolve(false);
        },
      )();
    });
  return (
    <FormProvider {...form}>
      <div className="form-and-beside">
        <form
          noValidate
          aria-label={texts.settings}
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Stack gap="md">
            <ProfileFormFields callbackUrl={base.callbackUrl} secrets={base} />
            <ProblemAlert error={saving.error} />
            <WrongFields />
          </Stack>
          {!readOnly && (
            <FormFooter>
              <Button type="submit" loading={saving.isSaving}>
                {texts.save}
              </Button>
              {isDirty && (
                <Button variant="default" onClick={() => form.reset(toForm(base))}>
                  {texts.discard}
                </Button>
              )}
            </FormFooter>
          )}
        </form>
        <div>{beside({ profile: base, hasUnsavedChanges: isDirty, onSave: submit, onMend: reveal })}</div>
      </div>
      <BlastRadiusDialog radius={saving.radius} onSave={saving.saveTouching} onClose={saving.closeRadius} />
      <StaleDialog
        mine={base}
        theirs={saving.theirs}
        onGoOn={saving.goOnWith}
        onTake={saving.take}
        onClose={saving.closeTheirs}
      />
      <UnsavedGuard isUnsaved={() => form.formState.isDirty} />
    </FormProvider>
  );
}
