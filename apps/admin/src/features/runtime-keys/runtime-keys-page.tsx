import type { RuntimeKeyView } from '@grantkeeper/contracts/assistants/http';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Icon } from '../../ui/icons.js';
import { PageHeader } from '../../ui/page-header.js';
import type { Column } from '../../ui/rows-table.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { When } from '../../ui/when.js';
import { KeyOnceDialog } from './key-once-dialog.js';
import { NewKeyDialog, type ReadyKey } from './new-key-dialog.js';
import { profileNamesQuery, revokeRuntimeKey, runtimeKeysQuery } from './runtime-keys.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

const route = getRouteApi('/frame/assistants/$assistantId/runtime-keys');

/** The keys with which an assistant's runtimes ask for tokens; never the keys themselves. */
export function RuntimeKeysPage() {
  const texts = useTexts({ en, de });
  const { assistantId } = route.useParams();
  const may = useMay('runtime-keys.write', assistantId);
  const query = useInfiniteQuery(runtimeKeysQuery(assistantId));
  const columns = useColumns(assistantId, may);
  const add = may && <NewKey assistantId={assistantId} />;
  return (
    <>
      <PageHeader title={texts.title} actions={add}>
        {texts.intro}
      </PageHeader>
      <DataTable
        caption={texts.title}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon="key" title={texts.emptyTitle} action={add}>
            {texts.empty}
          </EmptyState>
        }
      />
    </>
  );
}

function useColumns(assistantId: string, may: boolean): Column<RuntimeKeyView>[] {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const { data: profiles = [] } = useQuery(profileNamesQuery(assistantId));
  const nameOf = (id: string) => profiles.find((profile) => profile.id === id)?.name ?? texts.deletedProfile;
  return [
    { key: 'name', header: texts.name, cell: ({ name }) => name, isName: true },
    {
      key: 'profiles',
      header: texts.profiles,
      cell: (key) => (key.profiles === null ? texts.allProfiles : key.profiles.map(nameOf).join(', ')),
      from: 'sm',
    },
    {
      key: 'created',
      header: texts.created,
      cell: ({ createdAt }) => <When at={createdAt} />,
      from: 'md',
    },
    { key: 'state', header: texts.state, cell: (key) => <State revokedAt={key.revokedAt} /> },
    {
      key: 'actions',
      header: common.actions,
      cell: (key) => (may && key.revokedAt === null ? <Revoke {...key} /> : null),
      align: 'right',
      isBare: true,
    },
  ];
}

function State({ revokedAt }: { revokedAt: string | null }) {
  const texts = useTexts({ en, de });
  return (
    <StatusBadge tone={revokedAt === null ? 'good' : 'calm'}>{revokedAt === null ? texts.active : texts.revoked}</StatusBadge>
  );
}

function NewKey({ assistantId }: { assistantId: string }) {
  const texts = useTexts({ en, de });
  const [shown, setShown] = useState<'form' | ReadyKey | null>(null);
  const close = () => setShown(null);
  return (
    <>
      <Button leftSection={<Icon name="add" size={16} />} onClick={() => setShown('form')}>
        {texts.add}
      </Button>
      {shown === 'form' && <NewKeyDialog assistantId={assistantId} onReady={setShown} onClose={close} />}
      {shown !== null && shown !== 'form' && <KeyOnceDialog ready={shown} onClose={close} />}
    </>
  );
}

function Revoke({ id, name }: { id: string; name: string }) {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  const revoke = async () => {
    await revokeRuntimeKey(id);
    notifications.show({ message: texts.revokedNow(name) });
    await queryClient.invalidateQueries({ queryKey: ['runtime-keys'] });
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
