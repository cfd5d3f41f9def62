import { Box, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface PageHeaderProps {
  title: string;
  /** One sentence below the title. */
  children?: ReactNode;
  /** Buttons for the whole page. */
  actions?: ReactNode;
}

/** The one heading of the first rank; it also names the browser's tab. */
export function PageHeader({ title, children, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} – Grantkeeper`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="md">
      <Box flex="1 1 16rem" miw={0}>
        <Title order={1} fz="h2">
          {title}
        </Title>
        {children && (
          <Text c="dimmed" mt={4} component="div">
            {children}
          </Text>
        )}
      </Box>
      {actions && <Group gap="sm">{actions}</Group>}
    </Group>
  );
}
