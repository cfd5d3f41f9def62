import type { OperatorSession } from '@grantkeeper/contracts/operators/http';
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import type { Column } from '../../ui/rows-table.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { When } from '../../ui/when.js';
import { endSession, sessionsQuery } from './operators.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Where an operator is signed in, or oneself; each can be ended, but the one that looks. */
export function SessionList({ operatorId }: { operatorId?: string }) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const query = useInfiniteQuery(sessionsQuery(operatorId));
  const columns: Column<OperatorSession>[] = [
    {
      key: 'browser',
      header: texts.browser,
      cell: ({ browser, current }) => (
        <Group gap="xs">
          {browser ?? texts.unknownBrowser}
          {current && <StatusBadge tone="good">{texts.thisOne}</StatusBadge>}
        </Group>
      ),
      isName: true,
    },
    { key: 'started', header: texts.started, cell: ({ startedAt }) => <When at={startedAt} />, from: 'sm' },
    { key: 'used', header: texts.lastUsed, cell: ({ lastUsedAt }) => <When at={lastUsedAt} /> },
    { key: 'ends', header: texts.ends, cell: ({ expiresAt }) => <When at={expiresAt} />, from: 'md' },
    {
      key: 'actions',
      header: common.actions,
      cell: (session) => (session.current ? null : <End {...session} />),
      align: 'right',
      isBare: true,
    },
  ];
  return (
    <DataTable
      caption={texts.sessions}
      query={query}
      columns={columns}
      rowKey={({ id }) => id}
      empty={<EmptyState icon="account" title={texts.noSessions} />}
    />
  );
}

function End({ id, browser }: OperatorSession) {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  const name = browser ?? texts.unknownBrowser;
  const end = async () => {
    await endSession(id);
    notifications.show({ message: texts.ended });
    await queryClient.invalidateQueries({ queryKey: ['operators', 'sessions'] });
  };
  return (
    <>
      <Button variant="subtle" color="red" size="compact-sm" aria-label={`${texts.end}: ${name}`} onClick={() => setOpened(true)}>
        {texts.end}
      </Button>
      <ConfirmDialog
        opened={opened}
        title={texts.endTitle(name)}
        confirm={texts.end}
        onConfirm={end}
        onClose={() => setOpened(false)}
      >
        {texts.endText}
      </ConfirmDialog>
    </>
  );
}
