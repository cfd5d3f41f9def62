import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { profileQuery, profilesToChooseQuery } from './grants.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

interface ProfileFilterProps {
  assistantId: string;
  value: string | undefined;
  onChange: (profileId: string | null) => void;
}

/** One profile out of a thousand: the API searches while one types. */
export function ProfileFilter({ assistantId, value, onChange }: ProfileFilterProps) {
  const texts = useTexts({ en, de });
  const [typed, setTyped] = useState('');
  const { data: chosen } = useQuery({ ...profileQuery(value ?? ''), enabled: value !== undefined });
  const [search] = useDebouncedValue(typed === chosen?.name ? '' : typed.trim().slice(0, 100), 250);
  const { data: found = [] } = useQuery({ ...profilesToChooseQuery(assistantId, search), placeholderData: keepPreviousData });
  const others = found.filter(({ id }) => id !== value);
  const profiles = value !== undefined && chosen?.id === value ? [chosen, ...others] : others;
  return (
    <Select
      label={texts.profile}
      placeholder={texts.anyProfile}
      data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
      value={value !== undefined && chosen ? value : null}
      onChange={onChange}
      searchable
      clearable
      filter={({ options }) => options}
      onSearchChange={setTyped}
    />
  );
}
