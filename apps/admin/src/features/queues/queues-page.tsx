import type { QueuesView, QueueView } from '@grantkeeper/contracts/queues/http';
import { Alert, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { numberText, spanText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { Icon } from '../../ui/icons.js';
import { PageHeader } from '../../ui/page-header.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { type Column, RowsTable } from '../../ui/rows-table.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { When } from '../../ui/when.js';
import { FailedJobs } from './failed-jobs.js';
import { PauseButton } from './pause-button.js';
import { queuesQuery } from './queues.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** What brings work to the workers. */
export function QueuesPage() {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const { data, error, isPending, refetch } = useQuery(queuesQuery);
  return (
    <>
      <PageHeader title={texts.title}>
        {texts.intro} {data && `(${texts.backend[data.backend]})`}
      </PageHeader>
      {isPending && <Loader aria-label={common.loading} />}
      <ProblemAlert error={error} onRetry={refetch} />
      {data && <Queues {...data} />}
    </>
  );
}

function Queues({ reachable, queues }: QueuesView) {
  const texts = useTexts({ en, de });
  const columns = useColumns();
  return (
    <>
      {!reachable && (
        <Alert color="yellow" icon={<Icon name="warning" />} title={texts.away} role="status" mb="md">
          {texts.awayText}
        </Alert>
      )}
      <RowsTable caption={texts.title} rows={queues} columns={columns} rowKey={({ name }) => name} />
      <FailedJobs queues={queues} />
    </>
  );
}

function useColumns(): Column<QueueView>[] {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const language = useLanguage();
  const number = (value: number | null) => (value === null ? '–' : numberText(value, language));
  const sumOf = ({ lastMinutes }: QueueView) => lastMinutes.reduce((sum, { done }) => sum + done, 0);
  return [
    { key: 'name', header: texts.queue, cell: (queue) => <Name {...queue} />, isName: true },
    { key: 'state', header: texts.state, cell: (queue) => <State {...queue} /> },
    { key: 'waiting', header: texts.waiting, cell: ({ waiting }) => number(waiting), align: 'right', from: 'sm' },
    { key: 'active', header: texts.active, cell: ({ active }) => number(active), align: 'right', from: 'sm' },
    {
      key: 'oldest',
      header: texts.oldest,
      cell: ({ oldestWaitingSeconds: oldest }) => (oldest === null ? '–' : spanText(oldest, language)),
      from: 'md',
    },
    { key: 'unqueued', header: texts.unqueued, cell: ({ unqueued }) => number(unqueued), align: 'right', from: 'lg' },
    { key: 'done', header: texts.done, cell: (queue) => number(sumOf(queue)), align: 'right', from: 'sm' },
    { key: 'failed', header: texts.failed, cell: ({ failed }) => number(failed), align: 'right', from: 'sm' },
    { key: 'actions', header: common.actions, cell: (queue) => <PauseButton {...queue} />, align: 'right', isBare: true },
  ];
}

function Name({ name }: QueueView) {
  const texts = useTexts({ en, de });
  return (
    <>
      {name}
      <Text size="sm" c="dimmed" fw={400}>
        {texts.carries[name]}
      </Text>
    </>
  );
}

function State({ pausedAt }: QueueView) {
  const texts = useTexts({ en, de });
  if (pausedAt === null) return <StatusBadge tone="good">{texts.running}</StatusBadge>;
  return (
    <>
      <StatusBadge tone="warning" icon="pause">
        {texts.paused}
      </StatusBadge>
      <Text size="sm" c="dimmed">
        <When at={pausedAt} />
      </Text>
    </>
  );
}
