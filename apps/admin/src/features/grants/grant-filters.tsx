import type { GrantSearch } from '@grantkeeper/contracts/grants/http';
import { Button, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { withFilter } from './grants-search.js';
import { ProfileFilter } from './profile-filter.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

interface GrantFiltersProps {
  assistantId: string;
  search: GrantSearch;
  onChange: (search: GrantSearch) => void;
}

const statuses = ['active', 'failing', 'reconnect_required', 'ended'] as const;
const spans = [7, 14, 30, 90];

/** What the list is narrowed to; each change is in the address, so that a look can be sent to a colleague. */
export function GrantFilters({ assistantId, search, onChange }: GrantFiltersProps) {
  const texts = useTexts({ en, de });
  const isFiltered = Object.keys(search).length > 0;
  return (
    <search aria-label={texts.filters}>
      <SimpleGrid cols={{ base: 2, md: 3, lg: 5 }} spacing="sm" mb="md">
        <TypedFilter
          label={texts.userStarts}
          value={search.userPrefix ?? ''}
          maxLength={200}
          onChange={(text) => onChange(withFilter(search, 'userPrefix', text))}
        />
        <ProfileFilter
          assistantId={assistantId}
          value={search.profile}
          onChange={(profile) => onChange(withFilter(search, 'profile', profile))}
        />
        <Select
          label={texts.status}
          data={[{ value: '', label: texts.allLiving }, ...statuses.map((value) => ({ value, label: texts.statuses[value] }))]}
          value={search.status ?? ''}
          allowDeselect={false}
          onChange={(status) => onChange(withFilter(search, 'status', status as GrantSearch['status']))}
        />
        <TypedFilter
          label={texts.tenant}
          value={search.tenant ?? ''}
          maxLength={253}
          onChange={(text) => onChange(withFilter(search, 'tenant', text))}
        />
        <Select
          label={texts.ends}
          data={[
            { value: '', label: texts.anyTime },
            ...spans.map((days) => ({ value: String(days), label: texts.withinDays(days) })),
          ]}
          value={search.refreshTokenEndsWithinDays === undefined ? '' : String(search.refreshTokenEndsWithinDays)}
          allowDeselect={false}
          onChange={(days) => onChange(withFilter(search, 'refreshTokenEndsWithinDays', days ? Number(days) : null))}
        />
      </SimpleGrid>
      {isFiltered && (
        <Button variant="subtle" size="xs" mb="md" onClick={() => onChange({})}>
          {texts.clear}
        </Button>
      )}
    </search>
  );
}

interface TypedFilterProps {
  label: string;
  value: string;
  maxLength: number;
  onChange: (text: string) => void;
}

/** Asks when one has stopped typing. */
function TypedFilter({ label, value, maxLength, onChange }: TypedFilterProps) {
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, 300);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      label={label}
      value={typed}
      maxLength={maxLength}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
    />
  );
}
