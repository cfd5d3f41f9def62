import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import type { NewTestRun } from '@grantkeeper/contracts/test-runs/http';
import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Icon } from '../../ui/icons.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { StatusBadge, type Tone } from '../../ui/status-badge.js';
import { isToldAtInput } from './asked-inputs.js';
import { asksAnything } from './asked-model.js';
import { TestDialog } from './test-dialog.js';
import { TestOutcome } from './test-outcome.js';
import { startTestRun } from './test-runs.api.js';
import { TestSteps } from './test-steps.js';
import { useTestTexts } from './use-test-texts.js';
import { useWatchedRun } from './use-watched-run.js';
import { isOver, type WatchedRun } from './watched-run.js';

interface TestPanelProps {
  profile: ProfileView;
  mayTest: boolean;
  hasUnsavedChanges: boolean;
  onSave: () => Promise<boolean>;
  /** Leads to a field by its path in the contract. */
  onMend: (field: string) => void;
  /** What a field is called on the page. */
  labelOf: (field: string) => string;
}

const tones: Record<WatchedRun['state']['state'], Tone> = {
  preflight: 'busy',
  awaiting_consent: 'warning',
  exchanging: 'busy',
  succeeded: 'good',
  failed: 'bad',
  interrupted: 'warning',
  expired: 'warning',
};

/** Test: real calls, told as they happen, and what is wrong. */
export function TestPanel({ profile, mayTest, hasUnsavedChanges, onSave, onMend, labelOf }: TestPanelProps) {
  const texts = useTestTexts();
  const [runId, setRunId] = useState<string | null>(null);
  const [asks, setAsks] = useState(false);
  const { run, whole } = useWatchedRun(runId);
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: (body: NewTestRun) => startTestRun(profile.id, body),
    onSuccess: ({ id }) => {
      setAsks(false);
      setRunId(id);
    },
  });
  const begin = (): void => {
    reset();
    if (asksAnything(profile)) setAsks(true);
    else mutate({});
  };
  const isTestable = profile.status === 'active' || profile.status === 'disabled';
  const isRunning = runId !== null && !isOver(run.state.state);
  return (
    <Card withBorder padding="md" component="section" aria-label={texts.title}>
      <Stack gap="sm">
        <Title order={2} fz="h4">
          {texts.title}
        </Title>
        <Text size="sm" c="dimmed">
          {isTestable ? texts.intro : texts.cannotTest}
        </Text>
        {hasUnsavedChanges && mayTest && <Unsaved onSave={onSave} onBegin={begin} />}
        <Group gap="sm">
          {mayTest && isTestable && (
            <Button loading={isPending} onClick={begin} leftSection={<Icon name="play" size={14} />}>
              {hasUnsavedChanges ? texts.testAnyway : texts.test}
            </Button>
          )}
          <span role="status" data-test-result={runId === null ? undefined : run.state.state}>
            {runId !== null && <StatusBadge tone={tones[run.state.state]}>{texts.states[run.state.state]}</StatusBadge>}
          </span>
        </Group>
        <ProblemAlert error={asks || isToldAtInput(error) ? null : error} />
        {isRunning && run.state.signInUrl !== null && run.state.state === 'awaiting_consent' && (
          <SignIn url={run.state.signInUrl} />
        )}
        {runId !== null && <TestSteps run={run} isRunning={isRunning} />}
        {runId !== null && !isRunning && <TestOutcome run={run} whole={whole} onMend={onMend} labelOf={labelOf} />}
      </Stack>
      <TestDialog
        profile={profile}
        opened={asks}
        onClose={() => setAsks(false)}
        onStart={mutate}
        isPending={isPending}
        error={error}
      />
    </Card>
  );
}

function Unsaved({ onSave, onBegin }: { onSave: () => Promise<boolean>; onBegin: () => void }) {
  const texts = useTestTexts();
  return (
    <Alert color="yellow" icon={<Icon name="info" />} role="status">
      <Text size="sm">{texts.testsSaved}</Text>
      <Button mt="xs" size="xs" variant="default" onClick={() => void onSave().then((saved) => saved && onBegin())}>
        {texts.saveFirst}
      </Button>
    </Alert>
  );
}

function SignIn({ url }: { url: string }) {
  const texts = useTestTexts();
  return (
    <Alert color="brand" icon={<Icon name="account" />} title={texts.signInTitle} role="status">
      <Text size="sm" mb="xs">
        {texts.signInText}
      </Text>
      <Button
        component="a"
        href={url}
        target="_blank"
        rel="noreferrer"
        size="sm"
        rightSection={<Icon name="external" size={14} />}
      >
        {texts.signIn}
      </Button>
    </Alert>
  );
}
