import { Button, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { assistantsQuery } from '../../api/assistants.js';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import type { AuditSearch } from './audit-search.js';
import { operatorNamesQuery } from './operators.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

interface AuditFiltersProps {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
}

/** What the log is narrowed to; each change is in the address, so that a look can be sent to a colleague. */
export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const texts = useTexts({ en, de });
  const { data: assistants = [] } = useQuery(assistantsQuery);
  const set = (name: keyof AuditSearch) => (value: string | null) => {
    const { [name]: _, ...others } = search;
    onChange(value ? { ...others, [name]: value } : others);
  };
  return (
    <search aria-label={texts.filters}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" mb="md">
        <ActorFilter value={search.actor ?? ''} onChange={set('actor')} />
        <Typed label={texts.action} help={texts.actionHelp} value={search.action ?? ''} onChange={set('action')} />
        <Typed label={texts.subject} help={texts.subjectHelp} value={search.subject ?? ''} onChange={set('subject')} />
        <Select
          label={texts.assistant}
          data={[{ value: '', label: texts.allAssistants }, ...assistants.map(({ id, name }) => ({ value: id, label: name }))]}
          value={search.assistantId ?? ''}
          searchable={assistants.length > 10}
          allowDeselect={false}
          onChange={set('assistantId')}
        />
        <Day label={texts.from} value={search.from ?? ''} onChange={set('from')} />
        <Day label={texts.to} value={search.to ?? ''} onChange={set('to')} />
      </SimpleGrid>
      {Object.keys(search).length > 0 && (
        <Button variant="subtle" size="xs" mb="md" onClick={() => onChange({})}>
          {texts.clear}
        </Button>
      )}
    </search>
  );
}

interface FilterProps {
  value: string;
  onChange: (value: string | null) => void;
}

/** By name for those who may see the operators; others type what the log calls them. */
function ActorFilter({ value, onChange }: FilterProps) {
  const texts = useTexts({ en, de });
  const may = useMay('operators.read');
  const { data: operators = [] } = useQuery({ ...operatorNamesQuery, enabled: may });
  if (!may) return <Typed label={texts.actor} help="operator:<id>" value={value} onChange={onChange} />;
  const known = [
    { value: '', label: texts.anybody },
    { value: 'worker', label: texts.worker },
    ...operators.map(({ id, email }) => ({ value: `operator:${id}`, label: email })),
  ];
  const all = known.some((one) => one.value === value) ? known : [...known, { value, label: value }];
  return (
    <Select label={texts.actor} data={all} value={value} searchable={all.length > 12} allowDeselect={false} onChange={onChange} />
  );
}

/** Asks when one has stopped typing. */
function Typed({ label, help, value, onChange }: FilterProps & { label: string; help: string }) {
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, 300);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      label={label}
      placeholder={help}
      value={typed}
      maxLength={200}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
    />
  );
}

function Day({ label, value, onChange }: FilterProps & { label: string }) {
  return <TextInput type="date" label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)} />;
}
