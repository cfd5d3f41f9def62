import type { AuditEntry } from '@grantkeeper/contracts/operators/http';
import { Button, Menu, Text, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Icon } from '../../ui/icons.js';
import { PageHeader } from '../../ui/page-header.js';
import type { Column } from '../../ui/rows-table.js';
import { When } from '../../ui/when.js';
import { AuditDetail } from './audit-detail.js';
import { AuditFilters } from './audit-filters.js';
import { type AuditSearch, auditFilterOf, readAuditSearch } from './audit-search.js';
import { useChainVerdict } from './chain-verdict.js';
import { auditExportUrl, auditQuery } from './operators.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

const route = getRouteApi('/frame/audit');

/** What operators did: narrowed, looked into, taken along, and proven whole. */
export function AuditPage() {
  const texts = useTexts({ en, de });
  const search = readAuditSearch(route.useSearch()); // the router leaves what it does not know beside what it reads
  const navigate = route.useNavigate();
  const mayVerify = useMay('audit.read');
  const query = useInfiniteQuery(auditQuery(auditFilterOf(search)));
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const chain = useChainVerdict();
  const columns = useColumns(setShown);
  return (
    <>
      <PageHeader
        title={texts.audit}
        actions={
          <>
            {mayVerify && chain.button}
            <Exports search={search} />
          </>
        }
      >
        {texts.auditIntro}
      </PageHeader>
      {chain.verdict}
      <AuditFilters search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      <DataTable
        caption={texts.audit}
        query={query}
        columns={columns}
        rowKey={({ seq }) => String(seq)}
        empty={
          <EmptyState icon="audit" title={texts.noEntries}>
            {texts.noEntriesText}
          </EmptyState>
        }
      />
      {shown && <AuditDetail entry={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function useColumns(onShow: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  const texts = useTexts({ en, de });
  return [
    { key: 'when', header: texts.when, cell: ({ at }) => <When at={at} />, from: 'xs' },
    {
      key: 'actor',
      header: texts.actor,
      cell: ({ actor, actorName }) => actorName ?? actor,
      from: 'sm',
    },
    {
      key: 'action',
      header: texts.action,
      cell: (entry) => (
        <UnstyledButton onClick={() => onShow(entry)} aria-label={`${entry.action}: ${texts.showDetail(entry.seq)}`} py={2}>
          <Text component="span" inherit c="var(--mantine-color-anchor)" td="underline" fw={600}>
            {entry.action}
          </Text>
        </UnstyledButton>
      ),
      isName: true,
    },
    {
      key: 'subject',
      header: texts.subject,
      cell: ({ subject, subjectName }) => subjectName ?? subject,
    },
  ];
}

/** What the filters find, as a file. */
function Exports({ search }: { search: AuditSearch }) {
  const texts = useTexts({ en, de });
  const filter = auditFilterOf(search);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Icon name="download" size={16} />}
          rightSection={<Icon name="chevron" size={14} />}
        >
          {texts.exportAs}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={auditExportUrl('csv', filter)} download>
          {texts.exportCsv}
        </Menu.Item>
        <Menu.Item component="a" href={auditExportUrl('jsonl', filter)} download>
          {texts.exportLines}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
