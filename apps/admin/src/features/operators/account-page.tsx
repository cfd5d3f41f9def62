import { Alert, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQuery } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { PageHeader } from '../../ui/page-header.js';
import { ApiTokens } from './api-tokens.js';
import { OwnPasswordForm } from './own-password-form.js';
import { RoleList } from './role-list.js';
import { SessionList } from './session-list.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** What belongs to oneself: roles, password, sessions, API tokens. */
export function AccountPage() {
  const texts = useTexts({ en, de });
  const { data: session } = useQuery(sessionQuery);
  if (!session) return null;
  return (
    <>
      <PageHeader title={texts.account}>{texts.accountIntro(session.email)}</PageHeader>
      <Stack gap="lg">
        <Section title={texts.yourRoles}>
          <RoleList {...session} />
        </Section>
        <Section title={texts.changePassword}>
          {session.signsInBy === 'company' ? (
            <Alert icon={<Icon name="info" />}>{texts.atCompany}</Alert>
          ) : (
            <OwnPasswordForm email={session.email} />
          )}
        </Section>
        <Section title={texts.sessions} help={texts.sessionsHelp}>
          <SessionList />
        </Section>
        <Section title={texts.apiTokens} help={texts.apiTokensHelp}>
          <ApiTokens />
        </Section>
      </Stack>
    </>
  );
}

function Section({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <Paper withBorder p="lg" component="section" aria-label={title}>
      <Title order={2} fz="h3" mb={help ? 4 : 'sm'}>
        {title}
      </Title>
      {help && (
        <Text c="dimmed" mb="sm">
          {help}
        </Text>
      )}
      {children}
    </Paper>
  );
}
