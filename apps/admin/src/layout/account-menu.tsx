import { ActionIcon, Menu } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { sessionKey, sessionQuery, signOut } from '../api/session.js';
import { useTexts } from '../i18n/language.js';
import { Icon } from '../ui/icons.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { data: session } = useQuery(sessionQuery);
  const { mutate } = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      queryClient.clear();
      queryClient.setQueryData(sessionKey, null);
    },
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={texts.account}>
          <Icon name="account" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {session && <Menu.Label>{texts.signedInAs(session.email)}</Menu.Label>}
        <Menu.Item leftSection={<Icon name="account" size={16} />} onClick={() => void navigate({ to: '/account' })}>
          {texts.account}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="out" size={16} />} onClick={() => mutate()}>
          {texts.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
