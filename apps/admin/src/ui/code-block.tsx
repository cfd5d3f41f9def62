import { Box, Code, Group } from '@mantine/core';
import { CopyButton } from './copy-button.js';

/** Text to copy: commands, links, documents. */
export function CodeBlock({ children, label }: { children: string; label: string }) {
  return (
    <Box pos="relative">
      <Group justify="flex-end" mb={4}>
        <CopyButton value={children} label={label} />
      </Group>
      <Code block tabIndex={0} aria-label={label} role="region">
        {children}
      </Code>
    </Box>
  );
}
