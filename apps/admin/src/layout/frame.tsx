import { AppShell, Burger, Group, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLiveUpdates } from '../api/live.js';
import { sessionQuery } from '../api/session.js';
import { useTexts } from '../i18n/language.js';
import { Icon } from '../ui/icons.js';
import { AccountMenu } from './account-menu.js';
import { Navigation } from './navigation-bar.js';
import { PreferencesMenu } from './preferences-menu.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** What stands around every page of somebody who is signed in. */
export function Frame() {
  const texts = useTexts({ en, de });
  const [opened, { toggle, close }] = useDisclosure();
  const router = useRouter();
  useSignInWhenSignedOut();
  useLiveUpdates();
  useEffect(() => router.subscribe('onResolved', close), [router, close]);
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 260, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding="md">
      <AppShell.Header>
        <a className="skip-link" href="#content">
          {texts.skip}
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? texts.closeMenu : texts.openMenu}
              aria-expanded={opened}
            />
            <Icon name="key" size={22} />
            <Text fw={650}>Grantkeeper</Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            <PreferencesMenu />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={texts.navigation} className={opened ? undefined : 'closed-navigation'}>
        <AppShell.Section grow component={ScrollArea} p="sm">
          <Navigation />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

/** A session that ends while one works leads to the sign-in page, and from there back here. */
function useSignInWhenSignedOut(): void {
  const { data } = useQuery(sessionQuery);
  const router = useRouter();
  useEffect(() => {
    const { pathname, href } = router.state.location;
    if (data === null && pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { to: href } });
  }, [data, router]);
}
