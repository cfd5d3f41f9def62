import { type ProfileStatus, type ProfileView, profileStatusSchema } from '@grantkeeper/contracts/profiles/http';
import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Icon } from '../../ui/icons.js';
import { AnchorLink, ButtonLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/page-header.js';
import type { Column } from '../../ui/rows-table.js';
import { When } from '../../ui/when.js';
import { useFieldTexts, useProfileTexts } from './form-context.js';
import { ProfileStatusBadges } from './profile-status.js';
import { type ProfilesFilter, profilesListQuery } from './profiles.api.js';

/** The profiles of an assistant. */
export function ProfilesPage() {
  const { list: texts } = useProfileTexts();
  const { assistantId } = useParams({ from: '/frame/assistants/$assistantId/profiles' });
  const filter = useSearch({ from: '/frame/assistants/$assistantId/profiles' });
  const mayWrite = useMay('profiles.write', assistantId);
  const query = useInfiniteQuery(profilesListQuery(assistantId, filter));
  const add = mayWrite && (
    <ButtonLink to="/assistants/$assistantId/profiles/new" params={{ assistantId }} leftSection={<Icon name="add" size={16} />}>
      {texts.add}
    </ButtonLink>
  );
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <PageHeader title={texts.title} actions={add}>
        {texts.intro}
      </PageHeader>
      <Filters filter={filter} />
      <DataTable
        caption={texts.title}
        query={query}
        columns={useColumns()}
        rowKey={({ id }) => id}
        empty={
          isFiltered ? (
            <EmptyState icon="search" title={texts.nothingFoundTitle}>
              {texts.nothingFound}
            </EmptyState>
          ) : (
            <EmptyState icon="profile" title={texts.emptyTitle} action={add}>
              {texts.empty}
            </EmptyState>
          )
        }
      />
    </>
  );
}

function useColumns(): Column<ProfileView>[] {
  const { list: texts, types } = useProfileTexts();
  return [
    {
      key: 'name',
      header: texts.name,
      isName: true,
      cell: ({ id, name }) => (
        <AnchorLink to="/profiles/$profileId" params={{ profileId: id }} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </AnchorLink>
      ),
    },
    { key: 'provider', header: texts.provider, cell: ({ identityProvider }) => identityProvider, from: 'sm' },
    { key: 'type', header: texts.type, cell: ({ type }) => types[type], from: 'md' },
    { key: 'status', header: texts.status, cell: (profile) => <ProfileStatusBadges {...profile} /> },
    { key: 'updated', header: texts.updated, cell: ({ updatedAt }) => <When at={updatedAt} />, from: 'sm' },
  ];
}

function Filters({ filter }: { filter: ProfilesFilter }) {
  const texts = useProfileTexts();
  const labels = useFieldTexts().labels;
  const navigate = useNavigate();
  const [search, setSearch] = useState(filter.search ?? '');
  const show = (change: ProfilesFilter): void => void navigate({ to: '.', search: { ...filter, ...change }, replace: true });
  const searchSoon = useDebouncedCallback((value: string) => show({ search: value === '' ? undefined : value }), 250);
  const any = { value: '', label: texts.list.any };
  return (
    <Group mb="md" gap="sm" align="flex-end">
      <TextInput
        type="search"
        label={texts.list.search}
        flex="1 1 14rem"
        maw="24rem"
        maxLength={100}
        leftSection={<Icon name="search" size={16} />}
        value={search}
        onChange={({ currentTarget }) => {
          setSearch(currentTarget.value);
          searchSoon(currentTarget.value);
        }}
      />
      <NativeSelect
        label={labels.type}
        value={filter.type ?? ''}
        data={[any, { value: 'oauth2', label: texts.types.oauth2 }]}
        onChange={({ currentTarget: { value } }) => show({ type: value === 'oauth2' ? value : undefined })}
      />
      <NativeSelect
        label={texts.list.status}
        value={filter.status ?? ''}
        data={[any, ...profileStatusSchema.options.map((value) => ({ value, label: texts.status[value] }))]}
        onChange={({ currentTarget: { value } }) => show({ status: value === '' ? undefined : (value as ProfileStatus) })}
      />
    </Group>
  );
}
