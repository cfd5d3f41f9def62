import { Badge, Button, Card, Collapse, Group, SimpleGrid, Stack } from '@mantine/core';
import { useId, useState } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useFieldTexts, useProfileTexts, useRevealed } from './form-context.js';
import { AreaField, ChoiceField, TextField } from './form-inputs.js';
import { type ProfileForm, toAdvanced } from './form-model.js';

/** What is special about a provider: folded away, with the number of settings that are made. */
export function AdvancedSection() {
  const { form: texts } = useProfileTexts();
  const { labels } = useFieldTexts();
  const [opened, setOpened] = useState(false);
  const place = useId();
  const { control } = useFormContext<ProfileForm>();
  const count = Object.keys(toAdvanced(useWatch({ control, name: 'advanced' }))).length;
  useRevealed('advanced', setOpened);
  return (
    <Card withBorder padding="md">
      <Group justify="space-between">
        <Button
          variant="subtle"
          px={4}
          aria-expanded={opened}
          aria-controls={place}
          onClick={() => setOpened(!opened)}
          rightSection={
            <Badge variant={count > 0 ? 'filled' : 'default'} tt="none">
              {texts.set(count)}
            </Badge>
          }
        >
          {labels.advanced}
        </Button>
      </Group>
      <Collapse expanded={opened} id={place}>
        <Stack gap="sm" mt="sm">
          <ClientSettings />
          <TextField name="advanced.discoveryUrl" />
          <TextField name="advanced.revocationUrl" />
          <TextField name="advanced.apiBaseUrl" />
          <AreaField name="advanced.hostAllowList" />
          <AreaField name="advanced.returnUrls" />
          <LifeSettings />
        </Stack>
      </Collapse>
    </Card>
  );
}

function ClientSettings() {
  const { choices } = useFieldTexts();
  const method = useWatch<ProfileForm, 'advanced.clientAuthentication.method'>({ name: 'advanced.clientAuthentication.method' });
  return (
    <>
      <ChoiceField name="advanced.pkce" choices={choices.pkce} />
      <ChoiceField name="advanced.clientAuthentication.method" choices={choices.method} />
      {method === 'client_secret_basic' && (
        <ChoiceField name="advanced.clientAuthentication.basicEncoding" choices={choices.basicEncoding} />
      )}
    </>
  );
}

function LifeSettings() {
  const { choices } = useFieldTexts();
  const reuse = useWatch<ProfileForm, 'advanced.refreshReuse.kind'>({ name: 'advanced.refreshReuse.kind' });
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextField name="advanced.assumedLifetimeSeconds" numeric />
        <TextField name="advanced.refreshLeadSeconds" numeric />
        <TextField name="advanced.refreshTokenLifetimeSeconds.idle" numeric />
        <TextField name="advanced.refreshTokenLifetimeSeconds.absolute" numeric />
        <TextField name="advanced.limits.inFlight" numeric />
        <TextField name="advanced.limits.perSecond" numeric />
        <TextField name="advanced.keepFreshDays" numeric />
      </SimpleGrid>
      <ChoiceField name="advanced.refreshReuse.kind" choices={choices.refreshReuse} />
      {reuse === 'allowed' && <TextField name="advanced.refreshReuse.allowedSeconds" numeric />}
    </>
  );
}
