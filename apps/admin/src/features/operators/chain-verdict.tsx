import { Button, Group, Paper, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.js';
import { CopyButton } from '../../ui/copy-button.js';
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
        <Paper withBorder p="md" mb="md">
          <Group gap="xs" wrap="nowrap">
            <Icon name={data.intact ? 'good' : 'warning'} />
            <Text fw={600}>{data.intact ? texts.intact(data.entries) : texts.broken(data.brokenAt ?? 0)}</Text>
          </Group>
          <Group justify="space-between" mt="sm" gap="xs">
            <Text flex="1 1 16rem" miw={0} style={{ overflowWrap: 'anywhere' }}>
              {texts.head}: {data.head}
            </Text>
            <CopyButton value={data.head} label={texts.head} />
          </Group>
          <Text c="dimmed" mt="xs">
            {texts.headHelp}
          </Text>
        </Paper>
      )}
    </div>
  );
  return { button, verdict };
}
