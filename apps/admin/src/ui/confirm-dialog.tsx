import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useCommonTexts } from './common-texts.js';
import { ProblemAlert } from './problem-alert.js';

interface ConfirmDialogProps {
  opened: boolean;
  /** Names the thing: "Delete the assistant “Helpdesk bot”?" */
  title: string;
  /** What will come of it. */
  children: ReactNode;
  confirm: string;
  /** The dialog stays open, and tells why, when this fails. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  /** Whether what it does cannot be undone; so unless told. */
  danger?: boolean;
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({ opened, title, children, confirm, onConfirm, onClose, danger = true }: ConfirmDialogProps) {
  const texts = useCommonTexts();
  const { mutate, isPending, error, reset } = useMutation({ mutationFn: onConfirm, onSuccess: close });
  useReturnedFocus(opened);
  function close(): void {
    reset();
    onClose();
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      closeButtonProps={{ 'aria-label': texts.close }}
      centered
      returnFocus={false}
    >
      <ProblemAlert error={error} />
      <Text component="div">{children}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close} data-autofocus>
          {texts.cancel}
        </Button>
        <Button color={danger ? 'red' : undefined} loading={isPending} onClick={() => mutate()}>
          {confirm}
        </Button>
      </Group>
    </Modal>
  );
}

/** Gives the focus back to what had it before the dialog opened. The item of a menu is gone by then: its menu's button has it instead. */
function useReturnedFocus(opened: boolean): void {
  const opener = useRef<HTMLElement | null>(null);
  const wasOpened = useRef(false);
  if (opened && !wasOpened.current) opener.current = focusedOrItsMenu(); // while the menu is still there
  wasOpened.current = opened;
  useEffect(() => (opened ? () => opener.current?.focus() : undefined), [opened]);
}

function focusedOrItsMenu(): HTMLElement | null {
  const active = document.activeElement as HTMLElement | null;
  const menu = active?.closest('[role=menu]');
  return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : active;
}
