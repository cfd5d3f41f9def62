import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { Box, Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { dayText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { AnchorLink } from '../../ui/links.js';
import { Instant, When } from '../../ui/when.js';
import { failureText } from './failure-text.js';
import { GrantStatus } from './grant-status.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** What there is to know of a grant as it stands. */
export function GrantFacts({ grant }: { grant: GrantView }) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  const when = (at: string | null, otherwise: string): ReactNode => (at === null ? otherwise : <Instant at={at} />);
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.facts}>
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, lg: 4 }} spacing="md" m={0}>
        <Fact name={texts.status}>
          <GrantStatus grant={grant} />
        </Fact>
        <Fact name={texts.profile}>
          <AnchorLink to="/profiles/$profileId" params={{ profileId: grant.profileId }}>
            {grant.profileName}
          </AnchorLink>
        </Fact>
        <Fact name={texts.provider}>{grant.identityProvider}</Fact>
        <Fact name={texts.account}>{grant.account}</Fact>
        <Fact name={texts.accountAtProvider}>{grant.accountLabel ?? texts.unknown}</Fact>
        {grant.tenant !== null && <Fact name={texts.tenant}>{grant.tenant}</Fact>}
        <Fact name={texts.scopes}>{grant.scopes.length === 0 ? texts.none : grant.scopes.join(', ')}</Fact>
        <Fact name={texts.version}>{grant.tokenVersion}</Fact>
        <Fact name={texts.tokenEnds}>{when(grant.expiresAt, texts.unknown)}</Fact>
        <Fact name={texts.nextRefresh}>{when(grant.dueAt, texts.none)}</Fact>
        <Fact name={texts.refreshTokenEnds}>{when(grant.refreshTokenEndsAt, texts.unknown)}</Fact>
        <Fact name={texts.consented}>
          <Instant at={grant.consentedAt} />
        </Fact>
        <Fact name={texts.lastUsed}>{dayText(grant.lastUsedOn, language)}</Fact>
        {grant.lastFailure !== null && (
          <Fact name={texts.lastFailure}>
            {failureText(texts, grant.lastFailure)} ({grant.lastFailureAt !== null && <When at={grant.lastFailureAt} />}
            {grant.failures > 0 && `, ${texts.failuresInRow(grant.failures)}`})
          </Fact>
        )}
        {grant.endedAt !== null && <Fact name={texts.ended}>{when(grant.endedAt, '')}</Fact>}
        {grant.otherAccountUntil !== null && <Fact name={texts.otherAccountUntil}>{when(grant.otherAccountUntil, '')}</Fact>}
      </SimpleGrid>
    </Paper>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Box>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0}>
        {children}
      </Text>
    </Box>
  );
}
