import type { ProfileRevisionView, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommonTexts } from '../../ui/common-texts.js';
import { DataTable } from '../../ui/data-table.js';
import type { Column } from '../../ui/rows-table.js';
import { Instant } from '../../ui/when.js';
import { DifferenceTable } from './difference-table.js';
import { useFieldTexts, useFormPlace, useProfileTexts } from './form-context.js';
import { revisionsQuery } from './profiles.api.js';
import { RestoreDialog } from './restore-dialog.js';
import { differenceBetween } from './revision-difference.js';

/** Every revision of a profile, the difference of any two, and the way back to one. */
export function RevisionsTab({ profile }: { profile: ProfileView }) {
  const { revisions: texts } = useProfileTexts();
  const query = useInfiniteQuery(revisionsQuery(profile.id));
  const revisions = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const [compared, setCompared] = useState<{ from: number; to: number } | null>(null);
  const [restores, setRestores] = useState<ProfileRevisionView | null>(null);
  const columns = useColumns(profile, {
    onCompare: (revision) => setCompared({ from: revision - 1, to: revision }),
    onRestore: setRestores,
  });
  return (
    <Stack>
      <Compared revisions={revisions} chosen={compared} onChoose={setCompared} />
      <DataTable
        caption={texts.tab}
        query={query}
        columns={columns}
        rowKey={({ revision }) => String(revision)}
        empty={<Text>{texts.empty}</Text>}
      />
      <RestoreDialog profile={profile} revision={restores} onClose={() => setRestores(null)} />
    </Stack>
  );
}

interface RowActions {
  onCompare: (revision: number) => void;
  onRestore: (revision: ProfileRevisionView) => void;
}

function useColumns(profile: ProfileView, actions: RowActions): Column<ProfileRevisionView>[] {
  const { revisions: texts } = useProfileTexts();
  const { labels } = useFieldTexts();
  const common = useCommonTexts();
  return [
    {
      key: 'revision',
      header: texts.number,
      isName: true,
      cell: ({ revision }) => (
        <Text span size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
          {revision === profile.revision ? `${revision} (${texts.current})` : revision}
        </Text>
      ),
    },
    {
      key: 'at',
      header: texts.at,
      cell: ({ at, by, byEmail }) => (
        <>
          <Instant at={at} />
          <Text size="xs" c="dimmed">
            {byEmail ?? by}
          </Text>
        </>
      ),
    },
    {
      key: 'what',
      header: texts.what,
      from: 'sm',
      cell: ({ action, changed }) => (
        <>
          {texts.actions[action]}
          <Text size="xs" c="dimmed">
            {changed.map((path) => labels[path] ?? path).join(', ')}
          </Text>
        </>
      ),
    },
    {
      key: 'actions',
      header: common.actions,
      isBare: true,
      align: 'right',
      cell: (one) => <RowButtons one={one} isCurrent={one.revision === profile.revision} {...actions} />,
    },
  ];
}

interface RowButtonsProps extends RowActions {
  one: ProfileRevisionView;
  isCurrent: boolean;
}

function RowButtons({ one, isCurrent, onCompare, onRestore }: RowButtonsProps) {
  const { revisions: texts } = useProfileTexts();
  const { readOnly } = useFormPlace();
  return (
    <Group gap={4} justify="flex-end">
      {one.revision > 1 && (
        <Button
          variant="default"
          size="xs"
          onClick={() => onCompare(one.revision)}
          aria-label={`${texts.compare}: ${one.revision}`}
        >
          {texts.compare}
        </Button>
      )}
      {!readOnly && !isCurrent && (
        <Button variant="default" size="xs" onClick={() => onRestore(one)} aria-label={`${texts.restore}: ${one.revision}`}>
          {texts.restore}
        </Button>
      )}
    </Group>
  );
}

interface ComparedProps {
  revisions: readonly ProfileRevisionView[];
  chosen: { from: number; to: number } | null;
  onChoose: (chosen: { from: number; to: number }) => void;
}

/** Any two of the revisions that are loaded, the last two unless others are chosen. */
function Compared({ revisions, chosen, onChoose }: ComparedProps) {
  const { revisions: texts } = useProfileTexts();
  const last = revisions[0]?.revision ?? 0;
  const { from, to } = chosen ?? { from: last - 1, to: last };
  const [before, after] = [from, to].map((wanted) => revisions.find(({ revision }) => revision === wanted));
  if (revisions.length < 2) return null;
  const data = revisions.map(({ revision }) => String(revision));
  return (
    <section aria-label={texts.compare}>
      <Title order={2} fz="h4" mb="xs">
        {texts.compare}
      </Title>
      <Group mb="sm">
        <NativeSelect
          label={texts.from}
          data={data}
          value={String(from)}
          onChange={({ currentTarget }) => onChoose({ from: Number(currentTarget.value), to })}
        />
        <NativeSelect
          label={texts.to}
          data={data}
          value={String(to)}
          onChange={({ currentTarget }) => onChoose({ from, to: Number(currentTarget.value) })}
        />
      </Group>
      {before && after && (
        <DifferenceTable differences={differenceBetween(before.definition, after.definition)} caption={`${from} – ${to}`} />
      )}
    </section>
  );
}
