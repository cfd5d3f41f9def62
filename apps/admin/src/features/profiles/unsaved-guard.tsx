import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useCommonTexts } from '../../ui/common-texts.js';
import { useProfileTexts } from './form-context.js';

/** Asks before what was typed is lost: at a way within the admin in words of ours, else in the browser's. */
export function UnsavedGuard({ isUnsaved }: { isUnsaved: () => boolean }) {
  const { leave: texts } = useProfileTexts();
  const common = useCommonTexts();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && isUnsaved(),
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  return (
    <Modal
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title={texts.title}
      closeButtonProps={{ 'aria-label': common.close }}
      centered
    >
      <Text>{texts.text}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => reset?.()} data-autofocus>
          {texts.stay}
        </Button>
        <Button color="red" onClick={() => proceed?.()}>
          {texts.leave}
        </Button>
      </Group>
    </Modal>
  );
}
