import type { SystemView } from '@grantkeeper/contracts/system/http';
import { Text } from '@mantine/core';
import { useTexts } from '../../i18n/language.js';
import { RowsTable } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { When } from '../../ui/when.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** The workers that were heard of of late. */
export function WorkersSection({ workers }: Pick<SystemView, 'workers'>) {
  const texts = useTexts({ en, de });
  return (
    <Section title={texts.workers}>
      {workers.length === 0 ? (
        <Text>{texts.noWorkers}</Text>
      ) : (
        <RowsTable
          caption={texts.workers}
          rows={workers}
          columns={[
            { key: 'id', header: texts.worker, cell: ({ id }) => id.slice(0, 8), isName: true },
            {
              key: 'state',
              header: texts.state,
              cell: ({ alive }) => <StatusBadge tone={alive ? 'good' : 'bad'}>{alive ? texts.alive : texts.silent}</StatusBadge>,
            },
            { key: 'joined', header: texts.joined, cell: ({ joinedAt }) => <When at={joinedAt} />, from: 'sm' },
            { key: 'beat', header: texts.beat, cell: ({ beatAt }) => <When at={beatAt} />, from: 'sm' },
          ]}
          rowKey={({ id }) => id}
        />
      )}
    </Section>
  );
}
