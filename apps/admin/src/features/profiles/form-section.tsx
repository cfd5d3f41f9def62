import { Fieldset, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { get, useFormContext } from 'react-hook-form';
import { inputId } from './field-inputs.js';
import type { ProfileForm } from './form-model.js';

interface FormSectionProps {
  legend: string;
  hint?: string;
  /** The contract's path of a list that this section shows: what is wrong with the list as a whole is told here. */
  list?: 'scope' | 'additionalFields' | 'authorizationFields';
  children: ReactNode;
}

/** Inputs that belong together, under their name. */
export function FormSection({ legend, hint, list, children }: FormSectionProps) {
  const { formState } = useFormContext<ProfileForm>();
  const error: unknown = list && (get(formState.errors, list) as { message?: unknown } | undefined)?.message;
  return (
    <Fieldset legend={legend} {...(list && { id: inputId(list), tabIndex: -1 })}>
      <Stack gap="sm">
        {hint && (
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
        )}
        {typeof error === 'string' && (
          <Text size="sm" c="red" role="alert">
            {error}
          </Text>
        )}
        {children}
      </Stack>
    </Fieldset>
  );
}
