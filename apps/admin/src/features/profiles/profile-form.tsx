import { Alert, Button, Group, SimpleGrid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { Icon } from '../../ui/icons.js';
import './profiles.css';
import { AdditionalFieldsSection } from './additional-fields-section.js';
import { AdvancedSection } from './advanced-section.js';
import { AuthorizationFieldsSection } from './authorization-fields-section.js';
import { CallbackLink } from './callback-link.js';
import { useFieldTexts, useFormPlace, useProfileTexts } from './form-context.js';
import { AreaField, ChoiceField, TextField } from './form-inputs.js';
import type { ProfileForm } from './form-model.js';
import { ScopeRows } from './scope-rows.js';
import { SecretInput } from './secret-input.js';
import { TenancySection } from './tenancy-section.js';
import { wrongInputs } from './use-profile-form.js';

interface ProfileFormFieldsProps {
  callbackUrl: string;
  /** Since when there are secrets; undefined while the profile is new. */
  secrets?: { clientSecretSetAt: string | null; nextClientSecretSetAt: string | null };
}

/** Every field of a profile, in the form's order. */
export function ProfileFormFields({ callbackUrl, secrets }: ProfileFormFieldsProps) {
  const { hints, choices } = useFieldTexts();
  const discovers = useWatch<ProfileForm, 'advanced.discoveryUrl'>({ name: 'advanced.discoveryUrl' }) !== '';
  const endpointHint = discovers ? hints.fromDiscovery : undefined;
  return (
    <Stack gap="md">
      <TextField name="name" required />
      <CallbackLink url={callbackUrl} />
      <TextField name="identityProvider" required />
      <TextField name="clientId" required />
      <SecretInput key={`present ${secrets?.clientSecretSetAt}`} name="clientSecret" setAt={secrets?.clientSecretSetAt} />
      <SecretInput
        key={`next ${secrets?.nextClientSecretSetAt}`}
        name="nextClientSecret"
        setAt={secrets?.nextClientSecretSetAt}
      />
      <TextField name="authorizationUrl" required={!discovers} hint={endpointHint} />
      <TextField name="tokenUrl" required={!discovers} hint={endpointHint} />
      <ScopeRows />
      <TextField name="refreshUrl" />
      <AreaField name="description" />
      <TenancySection />
      <AdditionalFieldsSection />
      <AuthorizationFieldsSection />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <ChoiceField name="grantedTo" choices={choices.grantedTo} />
        <ChoiceField name="identityCheck" choices={choices.identityCheck} />
      </SimpleGrid>
      <AdvancedSection />
    </Stack>
  );
}

/** How many fields are wrong, with a way to the first; nothing where none is. */
export function WrongFields() {
  const { form: texts } = useProfileTexts();
  const { labels } = useFieldTexts();
  const { reveal } = useFormPlace();
  const { formState, getValues } = useFormContext<ProfileForm>();
  const wrong = wrongInputs(formState.errors, getValues());
  const [first] = wrong;
  if (first === undefined) return null;
  return (
    <Alert color="red" role="alert" icon={<Icon name="warning" />} title={texts.wrongFields(wrong.length)}>
      <Button variant="default" size="xs" onClick={() => reveal(first)}>
        {labels[first] ?? labels[first.split('.')[0] ?? ''] ?? first}
      </Button>
    </Alert>
  );
}

/** The buttons below the form, always in sight. */
export function FormFooter({ children }: { children: ReactNode }) {
  return (
    <Group className="form-footer" gap="sm" py="sm">
      {children}
    </Group>
  );
}
