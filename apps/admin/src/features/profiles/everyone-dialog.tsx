import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../api/client.js';
import { CodeBlock } from '../../ui/code-block.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { Icon } from '../../ui/icons.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { Instant } from '../../ui/when.js';
import { useProfileTexts } from './form-context.js';
import { authorizeEveryone } from './profiles.api.js';

/** A sign-in link for the one consent that serves everyone. */
export function EveryoneDialog({ profile, opened, onClose }: { profile: ProfileView; opened: boolean; onClose: () => void }) {
  const { actions: texts } = useProfileTexts();
  const common = useCommonTexts();
  const [account, setAccount] = useState('default');
  const [tenant, setTenant] = useState('');
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: () => authorizeEveryone(profile.id, { account, ...(tenant !== '' && { tenant }) }),
  });
  const errorOf = (path: string): string | undefined =>
    error instanceof ApiProblem ? error.problem.errors?.find((one) => one.path === path)?.message : undefined;
  const close = (): void => {
    reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={texts.everyone} closeButtonProps={{ 'aria-label': common.close }} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        <Stack>
          <Text>{texts.everyoneText}</Text>
          <ProblemAlert error={errorOf('account') || errorOf('tenant') ? null : error} />
          <TextInput
            label={texts.account}
            description={texts.accountHint}
            value={account}
            onChange={({ currentTarget }) => setAccount(currentTarget.value)}
            error={errorOf('account')}
            maxLength={100}
            required
          />
          {profile.tenancy.enabled && (
            <TextInput
              label={texts.tenant}
              value={tenant}
              onChange={({ currentTarget }) => setTenant(currentTarget.value)}
              error={errorOf('tenant')}
              maxLength={200}
            />
          )}
          {data && (
            <>
              <CodeBlock label={texts.everyone}>{data.signInUrl}</CodeBlock>
              <Text size="sm">
                {texts.linkUntil} <Instant at={data.expiresAt} />
              </Text>
            </>
          )}
          <Group justify="flex-end">
            <Button type="submit" variant={data ? 'default' : 'filled'} loading={isPending}>
              {texts.getLink}
            </Button>
            {data && (
              <Button
                component="a"
                href={data.signInUrl}
                target="_blank"
                rel="noreferrer"
                rightSection={<Icon name="external" size={14} />}
              >
                {texts.openLink}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
