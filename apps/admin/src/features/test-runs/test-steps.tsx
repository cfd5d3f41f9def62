import type { TestStepEvent, TestStepResult } from '@grantkeeper/contracts/test-runs/http';
import { Box, Group, Loader, Text, ThemeIcon } from '@mantine/core';
import { Icon, type IconName } from '../../ui/icons.js';
import { useTestTexts } from './use-test-texts.js';
import type { WatchedRun } from './watched-run.js';

const looks: Record<Exclude<TestStepResult, 'running'>, { icon: IconName; color: string }> = {
  passed: { icon: 'good', color: 'green' },
  failed: { icon: 'bad', color: 'red' },
  unclear: { icon: 'info', color: 'yellow' },
  skipped: { icon: 'more', color: 'gray' },
};

/** The steps of a run, each as soon as it begins. */
export function TestSteps({ run, isRunning }: { run: WatchedRun; isRunning: boolean }) {
  const texts = useTestTexts();
  return (
    <Box component="ol" aria-label={texts.stepsTitle} aria-busy={isRunning} m={0} p={0} style={{ listStyle: 'none' }}>
      {run.steps.map((step) => (
        <Step key={step.name} step={step} />
      ))}
    </Box>
  );
}

function Step({ step: { name, result, ms } }: { step: TestStepEvent }) {
  const texts = useTestTexts();
  return (
    <Group component="li" gap="xs" wrap="nowrap" py={4}>
      {result === 'running' ? (
        <Loader size={20} aria-hidden="true" />
      ) : (
        <ThemeIcon size={20} radius="xl" variant="light" color={looks[result].color}>
          <Icon name={looks[result].icon} size={12} />
        </ThemeIcon>
      )}
      <Text size="sm" flex={1}>
        {texts.steps[name]}
      </Text>
      <Text size="xs" c="dimmed">
        {texts.results[result]}
        {ms !== null && result !== 'skipped' && ` · ${texts.took(ms)}`}
      </Text>
    </Group>
  );
}
