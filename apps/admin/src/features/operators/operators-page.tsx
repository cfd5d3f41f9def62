import type { OperatorView } from '@grantkeeper/contracts/operators/http';
import { Button, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Icon } from '../../ui/icons.js';
import { PageHeader } from '../../ui/page-header.js';
import type { Column } from '../../ui/rows-table.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { When } from '../../ui/when.js';
import { OperatorActions } from './operator-actions.js';
import { NewOperatorDialog } from './operator-dialogs.js';
import { operatorsQuery } from './operators.api.js';
import { RoleList } from './role-list.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Who manages this installation, with which roles. */
export function OperatorsPage() {
  const texts = useTexts({ en, de });
  const query = useInfiniteQuery(operatorsQuery);
  const may = useMay('operators.manage');
  const columns = useColumns();
  return (
    <>
      <PageHeader title={texts.title} actions={may && <NewOperator />}>
        {texts.intro}
      </PageHeader>
      <DataTable
        caption={texts.title}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState icon="people" title={texts.empty} />}
      />
    </>
  );
}

function useColumns(): Column<OperatorView>[] {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  return [
    { key: 'email', header: texts.email, cell: (one) => <Who operator={one} />, isName: true },
    { key: 'roles', header: texts.rolesColumn, cell: (one) => <RoleList {...one} />, from: 'xs' },
    { key: 'by', header: texts.signsIn, cell: ({ signsInBy }) => texts.signsInBy[signsInBy], from: 'lg' },
    {
      key: 'last',
      header: texts.lastSignIn,
      cell: ({ lastSignInAt }) => (lastSignInAt === null ? texts.never : <When at={lastSignInAt} />),
      from: 'md',
    },
    {
      key: 'state',
      header: texts.state,
      cell: ({ disabled }) => (
        <StatusBadge tone={disabled ? 'calm' : 'good'}>{disabled ? texts.disabled : texts.active}</StatusBadge>
      ),
      from: 'sm',
    },
    { key: 'actions', header: common.actions, cell: (one) => <OperatorActions operator={one} />, align: 'right', isBare: true },
  ];
}

/** The address; where the window is narrow also what has no column of its own there. */
function Who({ operator }: { operator: OperatorView }) {
  const texts = useTexts({ en, de });
  return (
    <>
      {operator.email}
      <Stack hiddenFrom="xs" mt={4} gap={6} align="flex-start">
        <RoleList {...operator} />
        {operator.disabled && <StatusBadge tone="calm">{texts.disabled}</StatusBadge>}
      </Stack>
    </>
  );
}

function NewOperator() {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button leftSection={<Icon name="add" size={16} />} onClick={() => setOpened(true)}>
        {texts.add}
      </Button>
      {opened && (
        <NewOperatorDialog
          onDone={(message) => {
            setOpened(false);
            notifications.show({ message });
            void queryClient.invalidateQueries({ queryKey: ['operators'] });
          }}
          onClose={() => setOpened(false)}
        />
      )}
    </>
  );
}
