import type { ApiToken } from '@grantkeeper/contracts/operators/http';
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Icon } from '../../ui/icons.js';
import type { Column } from '../../ui/rows-table.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { When } from '../../ui/when.js';
import { NewApiTokenDialog } from './new-api-token-dialog.js';
import { apiTokensQuery, revokeApiToken } from './operators.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** One's own API tokens: made, shown once, revoked. */
export function ApiTokens() {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const query = useInfiniteQuery(apiTokensQuery);
  const [opened, setOpened] = useState(false);
  const columns: Column<ApiToken>[] = [
    { key: 'name', header: texts.tokenName, cell: ({ name }) => name, isName: true },
    { key: 'created', header: texts.created, cell: ({ createdAt }) => <When at={createdAt} />, from: 'sm' },
    {
      key: 'used',
      header: texts.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? texts.never : <When at={lastUsedAt} />),
      from: 'xs',
    },
    {
      key: 'actions',
      header: common.actions,
      cell: (token) =>
        token.revokedAt === null ? <Revoke {...token} /> : <StatusBadge tone="calm">{texts.revoked}</StatusBadge>,
      align: 'right',
      isBare: true,
    },
  ];
  return (
    <>
      <Group mb="sm">
        <Button leftSection={<Icon name="add" size={16} />} onClick={() => setOpened(true)}>
          {texts.newToken}
        </Button>
      </Group>
      {opened && <NewApiTokenDialog onClose={() => setOpened(false)} />}
      <DataTable
        caption={texts.apiTokens}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState icon="key" title={texts.noTokens} />}
      />
    </>
  );
}

function Revoke({ id, name }: ApiToken) {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  const revoke = async () => {
    await revokeApiToken(id);
    notifications.show({ message: texts.revokedNow(name) });
    await queryClient.invalidateQueries({ queryKey: apiTokensQuery.queryKey });
  };
  return (
    <>
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        aria-label={`${texts.revoke}: ${name}`}
        onClick={() => setOpened(true)}
      >
        {texts.revoke}
      </Button>
      <ConfirmDialog
        opened={opened}
        title={texts.revokeTitle(name)}
        confirm={texts.revoke}
        onConfirm={revoke}
        onClose={() => setOpened(false)}
      >
        {texts.revokeText}
      </ConfirmDialog>
    </>
  );
}
