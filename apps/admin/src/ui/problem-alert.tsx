import { Alert, Button } from '@mantine/core';
import { ApiProblem } from '../api/client.js';
import { useCommonTexts } from './common-texts.js';
import { Icon } from './icons.js';

/** The words for an error: the API's own, where it gave some. */
export function useErrorText(): (error: unknown) => string {
  const texts = useCommonTexts();
  return (error) => (error instanceof ApiProblem ? error.problem.detail : texts.noAnswer);
}

interface ProblemAlertProps {
  error: unknown;
  onRetry?: () => unknown;
}

/** Tells what did not work; nothing where there is no error. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps) {
  const texts = useCommonTexts();
  const textOf = useErrorText();
  if (!error) return null;
  return (
    <Alert color="red" role="alert" icon={<Icon name="warning" />} title={texts.failed} mb="md">
      {textOf(error)}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" display="block" onClick={() => onRetry()}>
          {texts.retry}
        </Button>
      )}
    </Alert>
  );
}
