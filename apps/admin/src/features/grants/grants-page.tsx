import type { GrantSearch, GrantView } from '@grantkeeper/contracts/grants/http';
import { Button, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Icon } from '../../ui/icons.js';
import { AnchorLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/page-header.js';
import type { Column } from '../../ui/rows-table.js';
import { When } from '../../ui/when.js';
import { GrantFilters } from './grant-filters.js';
import { GrantStatus } from './grant-status.js';
import { grantsCsvAddress, grantsListQuery } from './grants.api.js';
import { readGrantSearch } from './grants-search.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

const route = getRouteApi('/frame/assistants/$assistantId/grants');

/** The grants of an assistant: found by what one knows of them, the latest consent first. */
export function GrantsPage() {
  const texts = useTexts({ en, de });
  const { assistantId } = route.useParams();
  const search = readGrantSearch(route.useSearch());
  const navigate = route.useNavigate();
  const query = useInfiniteQuery({ ...grantsListQuery(assistantId, search), placeholderData: keepPreviousData });
  const change = (next: GrantSearch): void => void navigate({ search: next, replace: true });
  const isFiltered = Object.keys(search).length > 0;
  return (
    <>
      <PageHeader
        title={texts.title}
        actions={
          <Button
            component="a"
            href={grantsCsvAddress(assistantId, search)}
            download
            variant="default"
            leftSection={<Icon name="download" size={16} />}
          >
            {texts.csv}
          </Button>
        }
      >
        {texts.intro}
      </PageHeader>
      <GrantFilters assistantId={assistantId} search={search} onChange={change} />
      <DataTable
        caption={texts.title}
        query={query}
        columns={useColumns()}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon="grant" title={isFiltered ? texts.noneFound : texts.noneYet}>
            {isFiltered ? texts.noneFoundHint : texts.noneYetHint}
          </EmptyState>
        }
      />
    </>
  );
}

function useColumns(): Column<GrantView>[] {
  const texts = useTexts({ en, de });
  return [
    { key: 'user', header: texts.user, isName: true, cell: (grant) => <WhoseGrant grant={grant} /> },
    {
      key: 'profile',
      header: texts.profile,
      from: 'xs',
      cell: ({ profileId, profileName, identityProvider }) => (
        <Stack gap={0}>
          <AnchorLink to="/profiles/$profileId" params={{ profileId }} size="sm">
            {profileName}
          </AnchorLink>
          <Text size="xs" c="dimmed">
            {identityProvider}
          </Text>
        </Stack>
      ),
    },
    { key: 'status', header: texts.status, cell: (grant) => <GrantStatus grant={grant} /> },
    { key: 'tenant', header: texts.tenant, from: 'lg', cell: ({ tenant }) => tenant ?? '' },
    { key: 'consented', header: texts.consented, from: 'md', cell: ({ consentedAt }) => <When at={consentedAt} /> },
    { key: 'due', header: texts.nextRefresh, from: 'md', cell: ({ dueAt }) => (dueAt === null ? '' : <When at={dueAt} />) },
  ];
}

function WhoseGrant({ grant: { id, user, account } }: { grant: GrantView }) {
  const texts = useTexts({ en, de });
  return (
    <Stack gap={0} miw="7rem">
      <AnchorLink to="/grants/$grantId" params={{ grantId: id }} fw={500}>
        {user ?? texts.everyone}
      </AnchorLink>
      {account !== 'default' && (
        <Text size="xs" c="dimmed">
          {account}
        </Text>
      )}
    </Stack>
  );
}
