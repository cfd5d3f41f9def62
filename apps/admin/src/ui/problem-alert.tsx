import { Alert, Button, List } from '@mantine/core';
import { useCommonTexts } from './common-texts.js';
import { fieldLines, useErrorText } from './error-text.js';
import { Icon } from './icons.js';

interface ProblemAlertProps {
  error: unknown;
  onRetry?: () => unknown;
}

/** Tells what did not work, with the fields it names; nothing where there is no error. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps) {
  const texts = useCommonTexts();
  const textOf = useErrorText();
  if (!error) return null;
  const lines = fieldLines(error);
  return (
    <Alert color="red" role="alert" icon={<Icon name="warning" />} title={texts.failed} mb="md">
      {textOf(error)}
      {lines.length > 0 && (
        <List size="sm" mt="xs">
          {lines.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" display="block" onClick={() => onRetry()}>
          {texts.retry}
        </Button>
      )}
    </Alert>
  );
}
