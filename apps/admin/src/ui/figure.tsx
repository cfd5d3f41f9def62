import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One number with its name. */
export function Figure({ name, children, hint }: { name: string; children: ReactNode; hint?: string }) {
  return (
    <Paper withBorder p="md" flex="1 1 11rem">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fz="h2" fw={600} component="div">
        {children}
      </Text>
      {hint && (
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      )}
    </Paper>
  );
}
