import type { QueueName } from '@grantkeeper/contracts/jobs';
import type { FailedJob, QueueView } from '@grantkeeper/contracts/queues/http';
import { Button, Code, Group, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { numberText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { DataTable } from '../../ui/data-table.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import type { Column } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { When } from '../../ui/when.js';
import { failedJobsQuery, retryFailed } from './queues.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** The failed jobs of every queue that has any. */
export function FailedJobs({ queues }: { queues: readonly QueueView[] }) {
  const texts = useTexts({ en, de });
  const failing = queues.filter(({ failed }) => failed > 0);
  return (
    <Section title={texts.failedTitle}>
      <Text c="dimmed" mb="sm">
        {failing.length === 0 ? texts.noFailed : texts.failedIntro}
      </Text>
      {failing.map(({ name }) => (
        <FailedOfQueue key={name} name={name} />
      ))}
    </Section>
  );
}

function FailedOfQueue({ name }: { name: QueueName }) {
  const texts = useTexts({ en, de });
  const may = useMay('queues.manage');
  const query = useInfiniteQuery(failedJobsQuery(name));
  const columns = useColumns(name);
  return (
    <>
      <Group justify="space-between" mt="md">
        <Title order={3} fz="h4">
          {texts.failedOf(name)}
        </Title>
        {may && <RetryAll name={name} />}
      </Group>
      <DataTable caption={texts.failedOf(name)} query={query} columns={columns} rowKey={({ id }) => id} empty={null} />
    </>
  );
}

function useColumns(name: QueueName): Column<FailedJob>[] {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const language = useLanguage();
  return [
    { key: 'job', header: texts.job, cell: ({ job }) => job, isName: true },
    { key: 'about', header: texts.about, cell: ({ payload }) => <Payload payload={payload} />, from: 'sm' },
    { key: 'reason', header: texts.reason, cell: ({ reason }) => reason },
    { key: 'times', header: texts.times, cell: ({ times }) => numberText(times, language), align: 'right', from: 'sm' },
    {
      key: 'last',
      header: texts.last,
      cell: ({ failedAt, retriedAt }) => (
        <>
          <When at={failedAt} />
          {retriedAt !== null && (
            <Text size="sm" c="dimmed">
              {texts.retriedAt} <When at={retriedAt} />
            </Text>
          )}
        </>
      ),
      from: 'md',
    },
    { key: 'actions', header: common.actions, cell: (job) => <RetryOne name={name} {...job} />, align: 'right', isBare: true },
  ];
}

function Payload({ payload }: Pick<FailedJob, 'payload'>) {
  return Object.entries(payload).map(([member, value]) => (
    <Text key={member} size="sm">
      {member} <Code>{String(value)}</Code>
    </Text>
  ));
}

function useRetry(name: QueueName) {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  return async (jobId?: string) => {
    const { retried } = await retryFailed(name, jobId);
    notifications.show({ message: texts.retried(retried) });
    await queryClient.invalidateQueries({ queryKey: ['queues'] });
  };
}

function RetryOne({ name, id, job }: FailedJob & { name: QueueName }) {
  const texts = useTexts({ en, de });
  const may = useMay('queues.manage');
  const retry = useRetry(name);
  const { mutate, isPending, error } = useMutation({ mutationFn: () => retry(id) });
  if (!may) return null;
  return (
    <>
      <ProblemAlert error={error} />
      <Button
        variant="subtle"
        size="compact-md"
        loading={isPending}
        aria-label={`${texts.retry}: ${job}`}
        onClick={() => mutate()}
      >
        {texts.retry}
      </Button>
    </>
  );
}

function RetryAll({ name }: { name: QueueName }) {
  const texts = useTexts({ en, de });
  const retry = useRetry(name);
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" size="compact-md" aria-label={`${texts.retryAll}: ${name}`} onClick={() => setOpened(true)}>
        {texts.retryAll}
      </Button>
      <ConfirmDialog
        opened={opened}
        title={texts.retryAllTitle(name)}
        confirm={texts.retryAll}
        danger={false}
        onConfirm={() => retry()}
        onClose={() => setOpened(false)}
      >
        {texts.retryAllText}
      </ConfirmDialog>
    </>
  );
}
