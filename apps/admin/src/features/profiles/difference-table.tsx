import { Table, Text } from '@mantine/core';
import { useFieldTexts, useProfileTexts } from './form-context.js';
import type { FieldDifference } from './revision-difference.js';

/** Field by field what was and what is. */
export function DifferenceTable({ differences, caption }: { differences: readonly FieldDifference[]; caption: string }) {
  const { revisions: texts } = useProfileTexts();
  const { labels } = useFieldTexts();
  if (differences.length === 0) return <Text c="dimmed">{texts.same}</Text>;
  return (
    <Table.ScrollContainer
      minWidth={420}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-label': caption } }}
    >
      <Table verticalSpacing="xs" layout="fixed" aria-label={caption}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="28%">
              {texts.field}
            </Table.Th>
            <Table.Th scope="col">{texts.before}</Table.Th>
            <Table.Th scope="col">{texts.after}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences.map(({ field, before, after }) => (
            <Table.Tr key={field}>
              <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>
                {labels[field] ?? field}
              </Table.Th>
              <Side text={before} sign="−" />
              <Side text={after} sign="+" />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Side({ text, sign }: { text: string; sign: '−' | '+' }) {
  const { revisions: texts } = useProfileTexts();
  return (
    <Table.Td
      bg={sign === '+' ? 'light-dark(var(--mantine-color-green-0), #12291a)' : 'light-dark(var(--mantine-color-red-0), #331a1a)'}
      style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', verticalAlign: 'top' }}
    >
      {text === '' ? (
        <Text span size="sm" c="dimmed" fs="italic">
          {texts.empty}
        </Text>
      ) : (
        `${sign} ${text}`
      )}
    </Table.Td>
  );
}
