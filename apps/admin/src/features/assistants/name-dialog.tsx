import { newAssistantSchema } from '@grantkeeper/contracts/assistants/http';
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { useErrorText } from '../../ui/error-text.js';
import { hasCode, tellFields } from '../../ui/field-problems.js';
import { contractResolver } from '../../ui/form-resolver.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

interface NameDialogProps {
  title: string;
  submit: string;
  name?: string;
  /** The dialog stays open, and tells why, when this fails. */
  onSubmit: (name: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for an assistant's name: for a new one, or another one. Rendered only while it is open. */
export function NameDialog({ title, submit, name = '', onSubmit, onClose }: NameDialogProps) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const textOf = useErrorText();
  const [left, setLeft] = useState<unknown>(null);
  const form = useForm({ resolver: contractResolver(newAssistantSchema), defaultValues: { name } });
  const { mutate, isPending } = useMutation({
    mutationFn: (input: { name: string }) => onSubmit(input.name),
    onSuccess: onClose,
    onError: (error) => {
      const taken = hasCode(error, 'assistants.name-taken');
      if (taken) form.setError('name', { message: textOf(error) }, { shouldFocus: true });
      setLeft(taken ? null : tellFields(error, form.setError, (path) => path === 'name'));
    },
  });
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': common.close }} centered>
      <ProblemAlert error={left} />
      <form onSubmit={form.handleSubmit((input) => mutate(input))} noValidate>
        <TextInput
          label={texts.name}
          description={texts.nameHelp}
          required
          data-autofocus
          error={form.formState.errors.name?.message}
          {...form.register('name', { setValueAs: (value: string) => value.trim() })}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={isPending}>
            {submit}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
