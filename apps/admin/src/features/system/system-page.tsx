import type { SystemView } from '@grantkeeper/contracts/system/http';
import { List, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { PageHeader } from '../../ui/page-header.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { RowsTable } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { KeysSection } from './keys-section.js';
import { ProjectionsSection } from './projections-section.js';
import { systemQuery } from './system.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';
import { WorkersSection } from './workers-section.js';

/** What the installation says of itself. */
export function SystemPage() {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const { data: system, error, isPending, refetch } = useQuery(systemQuery);
  return (
    <>
      <PageHeader title={texts.title}>{texts.intro}</PageHeader>
      {isPending && <Loader aria-label={common.loading} />}
      <ProblemAlert error={error} onRetry={refetch} />
      {system && (
        <>
          <Health {...system.health} />
          <Versions {...system} />
          <WorkersSection workers={system.workers} />
          <ProjectionsSection projections={system.projections} />
          <KeysSection keys={system.keys} />
          <Settings settings={system.settings} />
        </>
      )}
    </>
  );
}

function Health({ status, degraded }: SystemView['health']) {
  const texts = useTexts({ en, de });
  const tone = status === 'not_ready' ? 'bad' : degraded.length > 0 ? 'warning' : 'good';
  return (
    <Section title={texts.health}>
      <StatusBadge tone={tone}>{status === 'ready' ? texts.ready : texts.notReady}</StatusBadge>
      {degraded.length === 0 ? (
        <Text mt="xs">{texts.well}</Text>
      ) : (
        <List mt="xs">
          {degraded.map((part) => (
            <List.Item key={part}>{texts.parts[part]}</List.Item>
          ))}
        </List>
      )}
    </Section>
  );
}

function Versions({ versions, migrations }: Pick<SystemView, 'versions' | 'migrations'>) {
  const texts = useTexts({ en, de });
  const rows = [
    ['Grantkeeper', versions.grantkeeper],
    ['Node.js', versions.node],
    ['PostgreSQL', versions.postgresql],
    ['Redis', versions.redis ?? texts.noRedis],
    [texts.migrations, migrations.pending ? texts.migrationsPending : texts.migrationsDone],
  ] as const;
  return (
    <Section title={texts.versions}>
      <RowsTable
        caption={texts.versions}
        rows={rows}
        columns={[
          { key: 'part', header: texts.part, cell: ([part]) => part, isName: true },
          { key: 'version', header: texts.version, cell: ([, version]) => version },
        ]}
        rowKey={([part]) => part}
      />
    </Section>
  );
}

function Settings({ settings }: Pick<SystemView, 'settings'>) {
  const texts = useTexts({ en, de });
  return (
    <Section title={texts.settings}>
      <RowsTable
        caption={texts.settings}
        rows={settings}
        columns={[
          { key: 'name', header: texts.setting, cell: ({ name }) => name, isName: true },
          {
            key: 'value',
            header: texts.value,
            cell: ({ value, set }) => value ?? (set ? texts.isSet : texts.notSet),
          },
        ]}
        rowKey={({ name }) => name}
      />
    </Section>
  );
}
