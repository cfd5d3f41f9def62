import type { SystemView } from '@grantkeeper/contracts/system/http';
import { Text } from '@mantine/core';
import { numberText, spanText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { RowsTable } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** How far each projection is. */
export function ProjectionsSection({ projections }: Pick<SystemView, 'projections'>) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  return (
    <Section title={texts.projections}>
      <Text c="dimmed" mb="sm">
        {texts.projectionsIntro}
      </Text>
      <RowsTable
        caption={texts.projections}
        rows={projections}
        columns={[
          { key: 'name', header: texts.projection, cell: ({ name }) => name, isName: true },
          {
            key: 'state',
            header: texts.state,
            cell: ({ state }) => (
              <StatusBadge tone={state === 'live' ? 'good' : 'busy'}>
                {state === 'live' ? texts.live : texts.rebuilding}
              </StatusBadge>
            ),
          },
          {
            key: 'lag',
            header: texts.lag,
            cell: ({ behind, lagSeconds }) =>
              behind === 0 ? texts.notBehind : texts.behind(numberText(behind, language), spanText(lagSeconds, language)),
          },
        ]}
        rowKey={({ name }) => name}
      />
    </Section>
  );
}
