import type { SystemView } from '@grantkeeper/contracts/system/http';
import { Text } from '@mantine/core';
import { numberText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { RowsTable } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { When } from '../../ui/when.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

type Keys = SystemView['keys'];

/** Which keys are in use and how old they are: never a key. */
export function KeysSection({ keys: { master, data, toRewrap } }: { keys: Keys }) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  return (
    <Section title={texts.keys}>
      <Text c="dimmed" mb="sm">
        {texts.keysIntro}
      </Text>
      <RowsTable
        caption={texts.keys}
        rows={master}
        columns={[
          { key: 'id', header: texts.masterKey, cell: ({ id }) => id, isName: true },
          { key: 'state', header: texts.state, cell: (key) => <MasterState {...key} /> },
          { key: 'wraps', header: texts.wraps, cell: ({ dataKeys }) => numberText(dataKeys, language), align: 'right' },
        ]}
        rowKey={({ id }) => id}
      />
      <Text mt="sm">
        {texts.dataKeys(numberText(data.current, language), numberText(data.superseded, language))}{' '}
        {data.oldestCurrentAt !== null && (
          <>
            {texts.oldest} <When at={data.oldestCurrentAt} />.
          </>
        )}
      </Text>
      <Text>
        <ToRewrap {...toRewrap} />
      </Text>
    </Section>
  );
}

function MasterState({ inRing, current }: Keys['master'][number]) {
  const texts = useTexts({ en, de });
  if (!inRing) return <StatusBadge tone="bad">{texts.lackingKey}</StatusBadge>;
  return <StatusBadge tone={current ? 'good' : 'calm'}>{current ? texts.currentKey : texts.olderKey}</StatusBadge>;
}

function ToRewrap({ values, countedAt }: Keys['toRewrap']) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  if (values === null) return texts.rewrapUnknown;
  if (values === 0 || countedAt === null) return texts.rewrapDone;
  return (
    <>
      {texts.rewrapLeft(numberText(values, language))} <When at={countedAt} />.
    </>
  );
}
