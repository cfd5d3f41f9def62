import { Button, Group, Stack } from '@mantine/core';
import { useFieldArray, useFormContext } from 'react-hook-form';
import { Icon } from '../../ui/icons.js';
import { useFieldTexts, useFormPlace, useProfileTexts } from './form-context.js';
import { TextField } from './form-inputs.js';
import type { ProfileForm } from './form-model.js';
import { FormSection } from './form-section.js';
import { RemoveRow } from './remove-row.js';

/** Scopes, and further parameters of the authorization request. */
export function ScopeRows() {
  const { form: texts } = useProfileTexts();
  const { labels, hints } = useFieldTexts();
  const { readOnly } = useFormPlace();
  const { control } = useFormContext<ProfileForm>();
  const { fields, append, remove } = useFieldArray({ control, name: 'scope' });
  return (
    <FormSection legend={labels.scope ?? ''} hint={hints.scope} list="scope">
      <Stack gap="xs">
        {fields.map(({ id }, index) => (
          <Group key={id} align="flex-start" gap="xs" wrap="nowrap" role="group" aria-label={texts.row(index + 1)}>
            <TextField name={`scope.${index}.key`} label={texts.key} placeholder={texts.scopeKeyHint} flex="1 1 8rem" />
            <TextField name={`scope.${index}.value`} label={texts.value} flex="2 1 10rem" />
            {!readOnly && <RemoveRow row={index + 1} onRemove={() => remove(index)} />}
          </Group>
        ))}
      </Stack>
      {!readOnly && (
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<Icon name="add" size={14} />}
            onClick={() => append({ key: '', value: '' })}
          >
            {texts.addScope}
          </Button>
        </Group>
      )}
    </FormSection>
  );
}
