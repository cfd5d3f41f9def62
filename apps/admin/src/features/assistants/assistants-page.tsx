import type { AssistantView } from '@grantkeeper/contracts/assistants/http';
import { Button, List, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { firstPageOf } from '../../layout/navigation.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Icon } from '../../ui/icons.js';
import { AnchorLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/page-header.js';
import type { Column } from '../../ui/rows-table.js';
import { When } from '../../ui/when.js';
import { AssistantActions } from './assistant-actions.js';
import { assistantsListQuery, createAssistant } from './assistants.api.js';
import { NameDialog } from './name-dialog.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Every assistant that the operator may see, each a way to its pages. */
export function AssistantsPage() {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const query = useInfiniteQuery(assistantsListQuery);
  const may = useMay('assistants.write');
  const columns: Column<AssistantView>[] = [
    {
      key: 'name',
      header: texts.name,
      cell: (one) => <AnchorLink to={firstPageOf(one.id)}>{one.name}</AnchorLink>,
      isName: true,
    },
    { key: 'created', header: texts.created, cell: ({ createdAt }) => <When at={createdAt} />, from: 'xs' },
    { key: 'actions', header: common.actions, cell: (one) => <AssistantActions assistant={one} />, align: 'right', isBare: true },
  ];
  return (
    <>
      <PageHeader title={texts.title} actions={may && <NewAssistant />}>
        {texts.intro}
      </PageHeader>
      <DataTable caption={texts.title} query={query} columns={columns} rowKey={({ id }) => id} empty={<FirstSteps may={may} />} />
    </>
  );
}

function NewAssistant() {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button leftSection={<Icon name="add" size={16} />} onClick={() => setOpened(true)}>
        {texts.add}
      </Button>
      {opened && (
        <NameDialog
          title={texts.addTitle}
          submit={common.create}
          onSubmit={async (name) => {
            const { id } = await createAssistant({ name });
            notifications.show({ message: texts.added(name) });
            await queryClient.invalidateQueries({ queryKey: ['assistants'] });
            await navigate({ to: firstPageOf(id) });
          }}
          onClose={() => setOpened(false)}
        />
      )}
    </>
  );
}

/** What a newcomer does, in order. */
function FirstSteps({ may }: { may: boolean }) {
  const texts = useTexts({ en, de });
  return (
    <EmptyState icon="assistant" title={texts.emptyTitle} action={may ? <NewAssistant /> : undefined}>
      <Text>{texts.empty}</Text>
      <List type="ordered" ta="left" mt="sm" spacing={4}>
        {texts.steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
      {!may && <Text mt="sm">{texts.emptyForViewer}</Text>}
    </EmptyState>
  );
}
