import type { Diagnosis, TestRunDifferences, TestRunView } from '@grantkeeper/contracts/test-runs/http';
import { Alert, Button, List, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../../ui/icons.js';
import { Instant } from '../../ui/when.js';
import { RecordedCalls } from './recorded-calls.js';
import { useDiagnosisWords, useTestTexts } from './use-test-texts.js';
import type { WatchedRun } from './watched-run.js';

interface TestOutcomeProps {
  run: WatchedRun;
  /** With its calls, once they are read. */
  whole: TestRunView | null;
  onMend: (field: string) => void;
  labelOf: (field: string) => string;
}

/** What came of a run: what is wrong and how to mend it, and what was sent and received. */
export function TestOutcome({ run, whole, onMend, labelOf }: TestOutcomeProps) {
  const texts = useTestTexts();
  const [opened, setOpened] = useState(false);
  const { state, diagnosis, warnings } = run.state;
  const hasFailed = state === 'failed';
  const mending = { onMend, labelOf };
  return (
    <Stack gap="sm">
      {hasFailed && diagnosis && (
        <Alert color="red" role="alert" icon={<Icon name="warning" />} title={texts.states.failed}>
          <DiagnosisText diagnosis={diagnosis} {...mending} />
        </Alert>
      )}
      {warnings.length > 0 && (
        <Alert color="yellow" icon={<Icon name="info" />} title={texts.warnings}>
          <Stack gap="sm">
            {warnings.map((warning) => (
              <DiagnosisText key={`${warning.step} ${warning.code}`} diagnosis={warning} {...mending} />
            ))}
          </Stack>
        </Alert>
      )}
      {hasFailed && whole?.differences && <Differences differences={whole.differences} labelOf={labelOf} />}
      {whole && !hasFailed && (
        <Button variant="subtle" size="xs" aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {opened ? texts.hideCalls : texts.showCalls}
        </Button>
      )}
      {whole && (hasFailed || opened) && <RecordedCalls run={whole} />}
    </Stack>
  );
}

interface DiagnosisTextProps extends Pick<TestOutcomeProps, 'onMend' | 'labelOf'> {
  diagnosis: Diagnosis;
}

function DiagnosisText({ diagnosis, onMend, labelOf }: DiagnosisTextProps) {
  const texts = useTestTexts();
  const { what, mend } = useDiagnosisWords()(diagnosis);
  const { field, step, seen } = diagnosis;
  return (
    <div>
      <Text size="sm">
        <strong>{texts.steps[step]}:</strong> {what}
      </Text>
      <Text size="sm" mt={4}>
        {texts.mend}: {mend}
      </Text>
      <Text size="xs" mt={4} style={{ overflowWrap: 'anywhere' }}>
        {texts.seen}: {seen}
      </Text>
      {field !== null && (
        <Button size="xs" variant="default" mt="xs" onClick={() => onMend(field)}>
          {texts.goTo(labelOf(field))}
        </Button>
      )}
    </div>
  );
}

function Differences({ differences, labelOf }: { differences: TestRunDifferences; labelOf: (field: string) => string }) {
  const texts = useTestTexts();
  const { changed, steps, profileRevision, at } = differences;
  const words = (end: string): string => {
    const results: Readonly<Record<string, string>> = { ...texts.results, 'not tested': texts.notTested };
    return results[end] ?? end;
  };
  return (
    <section aria-label={texts.differs}>
      <Title order={3} fz="sm">
        {texts.differs}
      </Title>
      <Text size="xs" c="dimmed">
        {texts.differsAt} {profileRevision}, <Instant at={at} />
      </Text>
      <List size="sm" mt={4}>
        {changed.length > 0 && (
          <List.Item>
            {texts.changed}: {changed.map(labelOf).join(', ')}
          </List.Item>
        )}
        {steps.map(({ name, was, is }) => (
          <List.Item key={name}>
            {texts.steps[name]} – {texts.stepWas(words(was), words(is))}
          </List.Item>
        ))}
      </List>
    </section>
  );
}
