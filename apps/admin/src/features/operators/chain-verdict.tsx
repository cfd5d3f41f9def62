import { Alert, Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.js';
import { CodeBlock } from '../../ui/code-block.js';
import { Icon } from '../../ui/icons.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { verifyAudit } from './operators.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Recomputes the log's chain on a press, and tells what came of it. */
export function useChainVerdict() {
  const texts = useTexts({ en, de });
  const { mutate, data, error, isPending } = useMutation({ mutationFn: verifyAudit });
  const button = (
    <Button variant="default" leftSection={<Icon name="grant" size={16} />} loading={isPending} onClick={() => mutate()}>
      {texts.verify}
    </Button>
  );
  const verdict = (
    <div aria-live="polite">
      <ProblemAlert error={error} />
      {data && (
        <Alert
          color={data.intact ? 'green' : 'red'}
          icon={<Icon name={data.intact ? 'good' : 'warning'} />}
          title={data.intact ? texts.intact(data.entries) : texts.broken(data.brokenAt ?? 0)}
          mb="md"
        >
          <CodeBlock label={texts.head}>{data.head}</CodeBlock>
          <Text mt="xs">{texts.headHelp}</Text>
        </Alert>
      )}
    </div>
  );
  return { button, verdict };
}
