import { Collapse, Group, Radio, Stack } from '@mantine/core';
import { Controller, useFormContext, useWatch } from 'react-hook-form';
import { inputId } from './field-inputs.js';
import { useFieldTexts, useFormPlace, useProfileTexts } from './form-context.js';
import { AreaField, TextField } from './form-inputs.js';
import type { ProfileForm } from './form-model.js';
import { FormSection } from './form-section.js';

/** Whether customers of the provider have names in its URLs, and where. */
export function TenancySection() {
  const { form: texts } = useProfileTexts();
  const { labels } = useFieldTexts();
  const { readOnly } = useFormPlace();
  const { control } = useFormContext<ProfileForm>();
  const enabled = useWatch({ control, name: 'tenancy.enabled' });
  return (
    <FormSection legend={labels.tenancy ?? ''}>
      <Controller
        control={control}
        name="tenancy.enabled"
        render={({ field, fieldState }) => (
          <Radio.Group
            label={labels['tenancy.enabled']}
            name={field.name}
            value={field.value ? 'yes' : 'no'}
            onChange={(value) => field.onChange(value === 'yes')}
            error={fieldState.error?.message}
          >
            <Group mt={6} gap="lg">
              <Radio value="yes" label={texts.yes} id={inputId('tenancy.enabled')} ref={field.ref} disabled={readOnly} />
              <Radio value="no" label={texts.no} disabled={readOnly} />
            </Group>
          </Radio.Group>
        )}
      />
      <Collapse expanded={enabled}>
        <Stack gap="sm">
          <TextField name="tenancy.url" required={enabled} />
          <AreaField name="tenancy.allowedTenants" />
        </Stack>
      </Collapse>
    </FormSection>
  );
}
