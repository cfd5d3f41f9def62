import type { AuditEntry } from '@grantkeeper/contracts/operators/http';
import { Code, Modal, Stack, Table, Text, Title } from '@mantine/core';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { Instant } from '../../ui/when.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

const anywhere = { overflowWrap: 'anywhere' } as const;

/** One entry whole: what was before and after, and all else that it tells. */
export function AuditDetail({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const { before, after, ...rest } = entry.detail;
  const names = [...new Set([...Object.keys(membersOf(before)), ...Object.keys(membersOf(after))])];
  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.entryTitle(entry.seq)}
      size="xl"
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <Text>
          <strong>{entry.action}</strong> · {entry.actorName ?? entry.actor} · <Instant at={entry.at} />
        </Text>
        <Text style={anywhere}>
          {texts.subject}: {entry.subjectName === null ? entry.subject : `${entry.subjectName} (${entry.subject})`}
        </Text>
        {names.length > 0 && (
          <section aria-label={texts.changeOf}>
            <Title order={3} fz="h4" mb="xs">
              {texts.changeOf}
            </Title>
            <Table withTableBorder verticalSpacing="xs" layout="fixed">
              <Table.Thead>
                <Table.Tr>
                  {[texts.member, texts.before, texts.after].map((header) => (
                    <Table.Th key={header} scope="col">
                      {header}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {names.map((name) => (
                  <Table.Tr key={name}>
                    <Table.Th scope="row">{name}</Table.Th>
                    <Table.Td>{shown(membersOf(before)[name])}</Table.Td>
                    <Table.Td>{shown(membersOf(after)[name])}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        )}
        {Object.keys(rest).length > 0 && (
          <section aria-label={texts.more}>
            <Title order={3} fz="h4" mb="xs">
              {texts.more}
            </Title>
            <Code block tabIndex={0}>
              {JSON.stringify(rest, null, 2)}
            </Code>
          </section>
        )}
        <Text c="dimmed" size="sm" style={anywhere}>
          {texts.hash}: {entry.hash}
        </Text>
      </Stack>
    </Modal>
  );
}

const membersOf = (side: unknown): Record<string, unknown> =>
  typeof side === 'object' && side !== null ? (side as Record<string, unknown>) : {};

/** Text as it is; everything else as JSON; nothing as a dash. */
const shown = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
