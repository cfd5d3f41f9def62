import { Group, TextInput } from '@mantine/core';
import { CopyButton } from '../../ui/copy-button.js';
import { inputId } from './field-inputs.js';
import { useFieldTexts } from './form-context.js';

/** The redirect URI to register at the provider: to read and copy, never to change. */
export function CallbackLink({ url }: { url: string }) {
  const { labels, hints } = useFieldTexts();
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TextInput
        id={inputId('callbackUrl')}
        label={labels.callbackUrl}
        description={hints.callbackUrl}
        value={url}
        readOnly
        flex={1}
        miw={0}
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <CopyButton value={url} label={labels.callbackUrl ?? ''} h={36} />
    </Group>
  );
}
