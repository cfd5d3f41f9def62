import { Button, Card, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { FormProvider, type UseFormReturn } from 'react-hook-form';
import { useMay } from '../../api/session.js';
import { NotFoundPage } from '../../layout/not-found-page.js';
import { Icon } from '../../ui/icons.js';
import { PageHeader } from '../../ui/page-header.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { FormPlaceProvider, useFieldTexts, useFormPlace, useProfileTexts } from './form-context.js';
import { type DescribedProfile, type ProfileForm } from './form-model.js';
import { toNewProfile } from './form-requests.js';
import { ImportDialog } from './import-dialog.js';
import { FormFooter, ProfileFormFields, WrongFields } from './profile-form.js';
import { createProfile, profileQuery } from './profiles.api.js';
import { UnsavedGuard } from './unsaved-guard.js';
import { useProfileForm, wrongInputs } from './use-profile-form.js';
import { useTelling } from './use-saving.js';

/** New Authorization Mechanism: the type, then a discovery URL or none, then the form. */
export function NewProfilePage() {
  const { start: texts } = useProfileTexts();
  const { assistantId } = useParams({ from: '/frame/assistants/$assistantId/profiles/new' });
  const mayWrite = useMay('profiles.write', assistantId);
  const [filledWith, setFilledWith] = useState<DescribedProfile | null>(null);
  const [isPrefilled, setIsPrefilled] = useState(false);
  if (!mayWrite) return <NotFoundPage />; // by an address that somebody else sent
  return (
    <>
      <PageHeader title={texts.title}>{filledWith === null && texts.intro}</PageHeader>
      {filledWith === null ? (
        <Start
          onGo={(profile, prefilled) => {
            setIsPrefilled(prefilled);
            setFilledWith(profile);
          }}
        />
      ) : (
        <FormPlaceProvider readOnly={false}>
          <NewProfileForm filledWith={filledWith} isPrefilled={isPrefilled} />
        </FormPlaceProvider>
      )}
    </>
  );
}

function Start({ onGo }: { onGo: (filledWith: DescribedProfile, isPrefilled: boolean) => void }) {
  const texts = useProfileTexts();
  const { labels } = useFieldTexts();
  const [discoveryUrl, setDiscoveryUrl] = useState('');
  const [imports, setImports] = useState(false);
  return (
    <Card withBorder maw="40rem" padding="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const url = discoveryUrl.trim();
          onGo(url === '' ? {} : { advanced: { discoveryUrl: url } }, false);
        }}
      >
        <Stack>
          <NativeSelect label={labels.type} data={[{ value: 'oauth2', label: texts.types.oauth2 }]} data-autofocus />
          <TextInput
            label={texts.start.discovery}
            description={texts.start.discoveryHint}
            type="url"
            inputMode="url"
            maxLength={3000}
            value={discoveryUrl}
            onChange={({ currentTarget }) => setDiscoveryUrl(currentTarget.value)}
          />
          <Group>
            <Button type="submit">{texts.start.go}</Button>
            <Button variant="default" leftSection={<Icon name="upload" size={16} />} onClick={() => setImports(true)}>
              {texts.actions.import}
            </Button>
          </Group>
        </Stack>
      </form>
      <ImportDialog opened={imports} onClose={() => setImports(false)} onTake={(profile) => onGo(profile, true)} />
    </Card>
  );
}

function NewProfileForm({ filledWith, isPrefilled }: { filledWith: DescribedProfile; isPrefilled: boolean }) {
  const { form: texts } = useProfileTexts();
  const { assistantId } = useParams({ from: '/frame/assistants/$assistantId/profiles/new' });
  const [id] = useState(() => crypto.randomUUID()); // the author needs the callback link to get a client ID
  const form = useProfileForm(id, null, filledWith);
  const { submit, isPending, error, isCreated } = useCreation(assistantId, id, form);
  const { trigger } = form;
  useEffect(() => {
    if (isPrefilled) void trigger(); // what a file holds is not all right because somebody wrote it
  }, [isPrefilled, trigger]);
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => void submit(event)} className="form-alone">
        <Stack>
          {/* Changes are taken from pages of PUBLIC_URL alone (caller.guard.ts), so this is its origin. */}
          <ProfileFormFields callbackUrl={`${window.location.origin}/callback/${id}`} />
          <ProblemAlert error={error} />
          <WrongFields />
        </Stack>
        <FormFooter>
          <Button type="submit" loading={isPending}>
            {texts.create}
          </Button>
        </FormFooter>
      </form>
      <UnsavedGuard isUnsaved={() => !isCreated() && (isPrefilled || form.formState.isDirty)} />
    </FormProvider>
  );
}

/** Creates the profile and goes to its page, or tells what is wrong at its place. */
function useCreation(assistantId: string, id: string, form: UseFormReturn<ProfileForm>) {
  const { form: texts } = useProfileTexts();
  const { reveal } = useFormPlace();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const created = useRef(false);
  const { left, setLeft, tell } = useTelling(form, reveal);
  const { mutate, isPending } = useMutation({
    mutationFn: (values: ProfileForm) => createProfile(assistantId, toNewProfile(id, values)),
    onMutate: () => setLeft(null),
    onSuccess: (profile) => {
      created.current = true;
      queryClient.setQueryData(profileQuery(id).queryKey, profile);
      void queryClient.invalidateQueries({ queryKey: ['profiles', 'list'] });
      notifications.show({ message: texts.created, color: 'green' });
      return navigate({ to: '/profiles/$profileId', params: { profileId: id } });
    },
    onError: tell,
  });
  const submit = form.handleSubmit(
    (values) => mutate(values),
    (errors) => reveal(wrongInputs(errors, form.getValues())[0] ?? 'name'),
  );
  return { submit, isPending, error: left, isCreated: () => created.current };
}
