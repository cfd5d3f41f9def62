import { Button, Card, Code, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { get, useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { Icon } from '../../ui/icons.js';
import { useFieldTexts, useFormPlace, useProfileTexts, useRevealed } from './form-context.js';
import { AreaField, ChoiceField, TextField } from './form-inputs.js';
import type { ProfileForm } from './form-model.js';
import { FormSection } from './form-section.js';

/** What requests to the provider's API take along. */
export function AuthorizationFieldsSection() {
  const { form: texts } = useProfileTexts();
  const { labels, hints } = useFieldTexts();
  const { readOnly } = useFormPlace();
  const { control } = useFormContext<ProfileForm>();
  const { fields, append, remove } = useFieldArray({ control, name: 'authorizationFields' });
  return (
    <FormSection legend={labels.authorizationFields ?? ''} hint={hints.authorizationFields} list="authorizationFields">
      {fields.map(({ id }, index) => (
        <AuthorizationFieldRow key={id} index={index} onRemove={() => remove(index)} />
      ))}
      {!readOnly && (
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<Icon name="add" size={14} />}
            onClick={() => append({ fieldType: 'header', key: '', value: '' })}
          >
            {texts.addAuthorization}
          </Button>
        </Group>
      )}
    </FormSection>
  );
}

interface RowProps {
  index: number;
  onRemove: () => void;
}

/** A row that is being written, until Done; then a line to read. */
function AuthorizationFieldRow({ index, onRemove }: RowProps) {
  const { form: texts } = useProfileTexts();
  const { choices } = useFieldTexts();
  const { readOnly } = useFormPlace();
  const { formState } = useFormContext<ProfileForm>();
  const at = `authorizationFields.${index}` as const;
  const row = useWatch<ProfileForm, typeof at>({ name: at });
  const [editing, setEditing] = useState(row?.key === '');
  useRevealed(at, setEditing);
  const isWrong = get(formState.errors, at) !== undefined;
  if (!editing && !isWrong) return <WrittenRow index={index} onRemove={onRemove} onEdit={() => setEditing(true)} />;
  return (
    <Card withBorder padding="sm" role="group" aria-label={texts.row(index + 1)}>
      <Stack gap="xs">
        <Group align="flex-start" gap="xs" grow preventGrowOverflow={false} wrap="wrap">
          <ChoiceField name={`${at}.fieldType`} label={texts.fieldType} choices={choices.fieldType} />
          <TextField name={`${at}.key`} label={texts.key} required />
        </Group>
        <AreaField name={`${at}.value`} label={texts.value} minRows={1} />
        {!readOnly && (
          <Group gap="xs">
            <Button variant="light" size="xs" onClick={() => setEditing(false)} disabled={row?.key === '' || row?.value === ''}>
              {texts.done}
            </Button>
            <Button variant="default" size="xs" onClick={onRemove}>
              {texts.removeRow}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function WrittenRow({ index, onRemove, onEdit }: RowProps & { onEdit: () => void }) {
  const { form: texts } = useProfileTexts();
  const { choices } = useFieldTexts();
  const { readOnly } = useFormPlace();
  const row = useWatch<ProfileForm, `authorizationFields.${number}`>({ name: `authorizationFields.${index}` });
  const name = `${choices.fieldType[row.fieldType]} ${row.key}`;
  return (
    <Card withBorder padding="xs" role="group" aria-label={texts.row(index + 1)}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" miw={0} style={{ overflowWrap: 'anywhere' }}>
          <strong>{choices.fieldType[row.fieldType]}</strong> {row.key}: <Code>{row.value}</Code>
        </Text>
        {!readOnly && (
          <Group gap={4} wrap="nowrap">
            <Button variant="default" size="xs" onClick={onEdit} aria-label={`${texts.edit}: ${name}`}>
              {texts.edit}
            </Button>
            <Button variant="default" size="xs" onClick={onRemove} aria-label={`${texts.removeRow}: ${name}`}>
              {texts.removeRow}
            </Button>
          </Group>
        )}
      </Group>
    </Card>
  );
}
