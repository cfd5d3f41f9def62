import { Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { Instant } from '../../ui/when.js';
import { useFieldTexts, useFormPlace, useProfileTexts, useRevealed } from './form-context.js';
import { SecretField } from './form-inputs.js';
import type { ProfileForm } from './form-model.js';

interface SecretInputProps {
  name: 'clientSecret' | 'nextClientSecret';
  /** Since when there is one; undefined while the profile is new. */
  setAt: string | null | undefined;
}

const removals = { clientSecret: 'removeClientSecret', nextClientSecret: 'removeNextClientSecret' } as const;

/** A secret that is written and never read: typed anew, removed, or left as it is. */
export function SecretInput({ name, setAt }: SecretInputProps) {
  const { form: texts } = useProfileTexts();
  const { hints } = useFieldTexts();
  const { setValue } = useFormContext<ProfileForm>();
  const removed = useWatch<ProfileForm, (typeof removals)[typeof name]>({ name: removals[name] });
  const [replaces, setReplaces] = useState(false);
  useRevealed(name, setReplaces);
  const isSet = typeof setAt === 'string';
  const keep = (): void => {
    setReplaces(false);
    setValue(name, '', { shouldDirty: true });
    setValue(removals[name], false, { shouldDirty: true });
  };
  if (!isSet) return <SecretField name={name} hint={setAt === null ? (hints[name] ?? texts.secretMissing) : hints[name]} />;
  if (replaces && !removed)
    return (
      <Stack gap={4}>
        <SecretField name={name} hint={texts.secretTyped} />
        <Group>
          <Button variant="subtle" size="xs" onClick={keep}>
            {texts.keep}
          </Button>
        </Group>
      </Stack>
    );
  return (
    <StoredSecret
      name={name}
      setAt={setAt}
      removed={removed}
      onReplace={() => {
        keep();
        setReplaces(true);
      }}
      onRemove={() => setValue(removals[name], true, { shouldDirty: true })}
      onKeep={keep}
    />
  );
}

interface StoredSecretProps extends SecretInputProps {
  setAt: string;
  removed: boolean;
  onReplace: () => void;
  onRemove: () => void;
  onKeep: () => void;
}

function StoredSecret({ name, setAt, removed, onReplace, onRemove, onKeep }: StoredSecretProps) {
  const { form: texts } = useProfileTexts();
  const { labels } = useFieldTexts();
  const { readOnly } = useFormPlace();
  const label = labels[name] ?? name;
  return (
    <Fieldset
      variant="unstyled"
      legend={
        <Text span size="sm" fw={600}>
          {label}
        </Text>
      }
    >
      <Group gap="sm" mih={36}>
        <Text size="sm">{removed ? texts.secretRemoved : <SetOn at={setAt} />}</Text>
        {!readOnly && removed && (
          <Button variant="default" size="xs" onClick={onKeep}>
            {texts.keep}
          </Button>
        )}
        {!readOnly && !removed && (
          <>
            <Button variant="default" size="xs" onClick={onReplace} aria-label={`${texts.replace}: ${label}`}>
              {texts.replace}
            </Button>
            <Button variant="default" size="xs" onClick={onRemove} aria-label={`${texts.removeSecret}: ${label}`}>
              {texts.removeSecret}
            </Button>
          </>
        )}
      </Group>
    </Fieldset>
  );
}

function SetOn({ at }: { at: string }) {
  const { form: texts } = useProfileTexts();
  return (
    <>
      {texts.secretSet} <Instant at={at} />
    </>
  );
}
