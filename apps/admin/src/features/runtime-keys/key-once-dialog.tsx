import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTexts } from '../../i18n/language.js';
import { CodeBlock } from '../../ui/code-block.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { Icon } from '../../ui/icons.js';
import type { ReadyKey } from './new-key-dialog.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';
import { curlLine } from './token-request.js';

/** The only place that ever shows the key; a stray click beside it does not close it. */
export function KeyOnceDialog({ ready: { key, profile }, onClose }: { ready: ReadyKey; onClose: () => void }) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.readyTitle}
      size="lg"
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <Alert color="yellow" icon={<Icon name="warning" />}>
          {texts.readyText}
        </Alert>
        <CodeBlock label={texts.key}>{key}</CodeBlock>
        <div>
          <Text fw={600}>{texts.tryIt}</Text>
          {profile === null && <Text c="dimmed">{texts.tryItNoProfile}</Text>}
        </div>
        <CodeBlock label={texts.curl}>{curlLine(location.origin, key, profile ?? 'my-profile')}</CodeBlock>
        <Text c="dimmed">{texts.tryItNext}</Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>{texts.done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
