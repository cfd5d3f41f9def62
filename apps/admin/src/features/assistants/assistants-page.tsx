import type { AssistantView } from '@grantkeeper/contracts/assistants/http';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { PageHeader } from '../../ui/page-header.js';
import { When } from '../../ui/when.js';
import { assistantsListQuery } from './assistants.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Every assistant that the operator may see. */
export function AssistantsPage() {
  const texts = useTexts({ en, de });
  const query = useInfiniteQuery(assistantsListQuery);
  const columns: Column<AssistantView>[] = [
    { key: 'name', header: texts.name, cell: ({ name }) => name, isName: true },
    { key: 'created', header: texts.created, cell: ({ createdAt }) => <When at={createdAt} />, from: 'xs' },
  ];
  return (
    <>
      <PageHeader title={texts.title}>{texts.intro}</PageHeader>
      <DataTable
        caption={texts.title}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon="assistant" title={texts.emptyTitle}>
            {texts.empty}
          </EmptyState>
        }
      />
    </>
  );
}
