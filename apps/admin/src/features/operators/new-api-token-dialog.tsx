import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { CodeBlock } from '../../ui/code-block.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { Icon } from '../../ui/icons.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { apiTokensQuery, createApiToken } from './operators.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';
import { useToldFields } from './use-told-fields.js';

/** Asks for a name, then shows the token: the only place that ever does, and a stray click beside it does not close it. */
export function NewApiTokenDialog({ onClose }: { onClose: () => void }) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [token, setToken] = useState<string | null>(null);
  const form = useToldFields(
    async () => setToken((await createApiToken(name.trim())).token),
    (path) => path === 'name',
    () => void queryClient.invalidateQueries({ queryKey: apiTokensQuery.queryKey }),
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    form.submit();
  };
  const stays = token !== null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={stays ? texts.tokenReady : texts.newToken}
      size="lg"
      centered
      closeOnClickOutside={!stays}
      closeOnEscape={!stays}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      {stays ? (
        <Stack>
          <Alert color="yellow" icon={<Icon name="warning" />}>
            {texts.tokenReadyText}
          </Alert>
          <CodeBlock label={texts.tokenReady}>{token}</CodeBlock>
          <Group justify="flex-end">
            <Button onClick={onClose}>{texts.done}</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={send} noValidate>
          <ProblemAlert error={form.left} />
          <TextInput
            id="operator-name"
            label={texts.tokenName}
            description={texts.tokenNameHelp}
            required
            data-autofocus
            maxLength={100}
            value={name}
            error={form.errors.name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={form.isPending}>
              {common.create}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}
