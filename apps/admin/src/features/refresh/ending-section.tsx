import type { EndingRefreshToken } from '@grantkeeper/contracts/refresh/http';
import { Text } from '@mantine/core';
import { useTexts } from '../../i18n/language.js';
import { AnchorLink } from '../../ui/links.js';
import { type Column, RowsTable } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { When } from '../../ui/when.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Grants whose refresh tokens end soon. */
export function EndingSection({ ending }: { ending: readonly EndingRefreshToken[] }) {
  const texts = useTexts({ en, de });
  const columns: Column<EndingRefreshToken>[] = [
    {
      key: 'user',
      header: texts.user,
      cell: ({ grantId, userId }) => (
        <AnchorLink to="/grants/$grantId" params={{ grantId }}>
          {userId}
        </AnchorLink>
      ),
      isName: true,
    },
    { key: 'profile', header: texts.profile, cell: ({ profileName }) => profileName, from: 'sm' },
    {
      key: 'ends',
      header: texts.ends,
      cell: ({ endsAt, told }) => (
        <>
          <When at={endsAt} />
          <Text size="sm" c="dimmed">
            {told ? texts.told : texts.reckoned}
          </Text>
        </>
      ),
    },
  ];
  return (
    <Section title={texts.ending}>
      {ending.length === 0 ? (
        <Text>{texts.noEnding}</Text>
      ) : (
        <>
          <Text c="dimmed" mb="sm">
            {texts.endingIntro}
          </Text>
          <RowsTable caption={texts.ending} rows={ending} columns={columns} rowKey={({ grantId }) => grantId} />
        </>
      )}
    </Section>
  );
}
