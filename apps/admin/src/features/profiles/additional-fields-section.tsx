import { Button, Card, Collapse, Group, SimpleGrid, Stack } from '@mantine/core';
import { useId, useState } from 'react';
import { useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { Icon } from '../../ui/icons.js';
import { useFieldTexts, useFormPlace, useProfileTexts, useRevealed } from './form-context.js';
import { AreaField, SwitchField, TextField } from './form-inputs.js';
import { type ProfileForm, toAdditionalFieldInput } from './form-model.js';
import { FormSection } from './form-section.js';
import { RemoveRow } from './remove-row.js';

/** What else the user is asked before consent. */
export function AdditionalFieldsSection() {
  const { form: texts } = useProfileTexts();
  const { labels, hints } = useFieldTexts();
  const { readOnly } = useFormPlace();
  const { control } = useFormContext<ProfileForm>();
  const { fields, append, remove } = useFieldArray({ control, name: 'additionalFields' });
  return (
    <FormSection legend={labels.additionalFields ?? ''} hint={hints.additionalFields} list="additionalFields">
      {fields.map(({ id }, index) => (
        <AdditionalFieldRow key={id} index={index} onRemove={() => remove(index)} />
      ))}
      {!readOnly && (
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<Icon name="add" size={14} />}
            onClick={() => append(toAdditionalFieldInput())}
          >
            {texts.addAdditional}
          </Button>
        </Group>
      )}
    </FormSection>
  );
}

function AdditionalFieldRow({ index, onRemove }: { index: number; onRemove: () => void }) {
  const { form: texts } = useProfileTexts();
  const { additional, additionalHints } = useFieldTexts();
  const { readOnly } = useFormPlace();
  const [opened, setOpened] = useState(false);
  const place = useId();
  const at = `additionalFields.${index}` as const;
  useRevealed(at, setOpened);
  return (
    <Card withBorder padding="sm" role="group" aria-label={texts.row(index + 1)}>
      <Stack gap="xs">
        <Group align="flex-start" gap="xs" wrap="nowrap">
          <TextField name={`${at}.key`} label={additional.key} hint="" required flex="1 1 8rem" />
          <TextField name={`${at}.label`} label={additional.label} hint="" flex="2 1 10rem" />
          {!readOnly && <RemoveRow row={index + 1} onRemove={onRemove} />}
        </Group>
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            mih={24}
            aria-expanded={opened}
            aria-controls={place}
            onClick={() => setOpened(!opened)}
          >
            {opened ? texts.less : texts.more}
          </Button>
        </Group>
        <Collapse expanded={opened} id={place}>
          <Stack gap="sm">
            <TextField name={`${at}.hint`} label={additional.hint} hint={additionalHints.hint} />
            <SwitchField name={`${at}.required`} label={additional.required} />
            <SwitchField name={`${at}.secret`} label={additional.secret} />
            <SwitchField name={`${at}.hasDefault`} label={additional.hasDefault} />
            <DefaultValue at={at} />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextField name={`${at}.prefix`} label={additional.prefix} hint={additionalHints.prefix} />
              <TextField name={`${at}.suffix`} label={additional.suffix} hint={additionalHints.suffix} />
            </SimpleGrid>
            <TextField name={`${at}.pattern`} label={additional.pattern} hint={additionalHints.pattern} />
            <AreaField name={`${at}.allowedValues`} label={additional.allowedValues} hint={additionalHints.allowedValues} />
          </Stack>
        </Collapse>
      </Stack>
    </Card>
  );
}

function DefaultValue({ at }: { at: `additionalFields.${number}` }) {
  const { additional } = useFieldTexts();
  const hasDefault = useWatch<ProfileForm, `additionalFields.${number}.hasDefault`>({ name: `${at}.hasDefault` });
  return hasDefault ? <TextField name={`${at}.value`} label={additional.value} /> : null;
}
