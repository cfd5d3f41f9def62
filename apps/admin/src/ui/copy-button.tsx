import { Button, type ButtonProps } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useCommonTexts } from './common-texts.js';
import { Icon } from './icons.js';

interface CopyButtonProps extends ButtonProps {
  value: string;
  /** What is copied, for those who do not see what stands beside it. */
  label: string;
}

/** Copies a value, and says so. */
export function CopyButton({ value, label, ...look }: CopyButtonProps) {
  const texts = useCommonTexts();
  const { copied, copy } = useClipboard({ timeout: 2_000 });
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Icon name={copied ? 'good' : 'copy'} size={14} />}
      aria-label={`${copied ? texts.copied : texts.copy}: ${label}`}
      onClick={() => copy(value)}
      {...look}
    >
      <span aria-live="polite">{copied ? texts.copied : texts.copy}</span>
    </Button>
  );
}
