import { newRuntimeKeySchema } from '@grantkeeper/contracts/assistants/http';
import { Button, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { tellFields } from '../../ui/field-problems.js';
import { contractResolver } from '../../ui/form-resolver.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { createRuntimeKey, profileNamesQuery } from './runtime-keys.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** A key as it is shown once, with the name of a profile that it works with. */
export interface ReadyKey {
  key: string;
  profile: string | null;
}

interface NewKeyDialogProps {
  assistantId: string;
  onReady: (ready: ReadyKey) => void;
  onClose: () => void;
}

/** Asks what a new key is called and which profiles it is for. Rendered only while it is open. */
export function NewKeyDialog({ assistantId, onReady, onClose }: NewKeyDialogProps) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const queryClient = useQueryClient();
  const { data: profiles = [] } = useQuery(profileNamesQuery(assistantId));
  const [left, setLeft] = useState<unknown>(null);
  const form = useForm({ resolver: contractResolver(newRuntimeKeySchema), defaultValues: { name: '', profiles: undefined } });
  const { errors } = form.formState;
  const { mutate, isPending } = useMutation({
    mutationFn: (input: { name: string; profiles?: string[] }) => createRuntimeKey(assistantId, input),
    onSuccess: async ({ key }, { profiles: chosen }) => {
      const profile = profiles.find(({ id }) => chosen === undefined || chosen.includes(id));
      await queryClient.invalidateQueries({ queryKey: ['runtime-keys'] });
      onReady({ key, profile: profile?.name ?? null });
    },
    onError: (error) => setLeft(tellFields(error, form.setError, (path) => /^(name|profiles)$/.test(path))),
  });
  return (
    <Modal opened onClose={onClose} title={texts.addTitle} closeButtonProps={{ 'aria-label': common.close }} centered>
      <ProblemAlert error={left} />
      <form onSubmit={form.handleSubmit((input) => mutate(input))} noValidate>
        <Stack>
          <TextInput
            label={texts.name}
            description={texts.nameHelp}
            required
            data-autofocus
            error={errors.name?.message}
            {...form.register('name', { setValueAs: (value: string) => value.trim() })}
          />
          <Controller
            name="profiles"
            control={form.control}
            render={({ field: { value, onChange, ...field } }) => (
              <MultiSelect
                label={texts.profiles}
                description={texts.profilesHelp}
                placeholder={value?.length ? undefined : texts.anyProfile}
                data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
                searchable
                clearable
                error={errors.profiles?.message}
                value={value ?? []}
                onChange={(ids) => onChange(ids.length === 0 ? undefined : ids)}
                {...field}
              />
            )}
          />
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={isPending}>
            {common.create}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
