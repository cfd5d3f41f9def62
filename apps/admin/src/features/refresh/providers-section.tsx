import type { RefreshProvider } from '@grantkeeper/contracts/refresh/http';
import { Code, Group, Text } from '@mantine/core';
import { numberText, shareText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { type Column, RowsTable } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { When } from '../../ui/when.js';
import { OriginCell } from './origin-cell.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** How refreshes went, provider by provider. */
export function ProvidersSection({ providers }: { providers: readonly RefreshProvider[] }) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  const columns: Column<RefreshProvider>[] = [
    { key: 'provider', header: texts.provider, cell: (one) => <OriginCell {...one} />, isName: true },
    {
      key: 'refreshed',
      header: texts.refreshed,
      cell: ({ refreshed }) => numberText(refreshed, language),
      align: 'right',
      from: 'sm',
    },
    {
      key: 'share',
      header: texts.share,
      cell: ({ successRatio }) => (successRatio === null ? '–' : shareText(successRatio, language)),
      align: 'right',
    },
    { key: 'failures', header: texts.failures, cell: (one) => <Failures {...one} /> },
    {
      key: 'last',
      header: texts.lastFailure,
      cell: ({ lastFailure }) => (lastFailure === null ? '–' : <When at={lastFailure.at} />),
      from: 'md',
    },
  ];
  return (
    <Section title={texts.providers}>
      {providers.length === 0 ? (
        <Text>{texts.noProviders}</Text>
      ) : (
        <RowsTable
          caption={texts.providers}
          rows={providers}
          columns={columns}
          rowKey={({ origin, clientId }) => `${origin} ${clientId}`}
        />
      )}
    </Section>
  );
}

function Failures({ failed }: RefreshProvider) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  if (failed.length === 0) return texts.noFailure;
  return failed.map(({ failure, count }) => (
    <Group key={failure} gap={6} wrap="nowrap">
      <Text size="sm">{numberText(count, language)} ×</Text>
      <Code>{failure}</Code>
    </Group>
  ));
}
