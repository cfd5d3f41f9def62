import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { changeOwnPassword } from './operators.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';
import { useToldFields } from './use-told-fields.js';

/** A new password of one's own, by the old one. */
export function OwnPasswordForm({ email }: { email: string }) {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const form = useToldFields(
    () => changeOwnPassword({ currentPassword, newPassword }),
    (path) => path === 'currentPassword' || path === 'newPassword',
    () => {
      setCurrent('');
      setNew('');
      notifications.show({ message: texts.passwordChanged });
      void queryClient.invalidateQueries({ queryKey: ['operators', 'sessions'] });
    },
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    form.submit();
  };
  return (
    <form onSubmit={send} noValidate>
      <ProblemAlert error={form.left} />
      <Stack maw="26rem">
        <Text c="dimmed">{texts.changePasswordHelp}</Text>
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          id="operator-currentPassword"
          label={texts.currentPassword}
          autoComplete="current-password"
          required
          value={currentPassword}
          error={form.errors.currentPassword}
          onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
        />
        <PasswordInput
          id="operator-newPassword"
          label={texts.newPassword}
          autoComplete="new-password"
          required
          value={newPassword}
          error={form.errors.newPassword}
          onChange={({ currentTarget }) => setNew(currentTarget.value)}
        />
        <Button type="submit" w="fit-content" loading={form.isPending}>
          {texts.changePassword}
        </Button>
      </Stack>
    </form>
  );
}
