import type { OperatorView } from '@grantkeeper/contracts/operators/http';
import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Icon } from '../../ui/icons.js';
import { ResetPasswordDialog, RolesDialog, SessionsDialog } from './operator-dialogs.js';
import { changeOperator, deleteOperator } from './operators.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

type Asked = 'roles' | 'reset' | 'sessions' | 'disable' | 'remove' | null;

/** What can be done with one operator; roles and password of those from the company are the company's. */
export function OperatorActions({ operator }: { operator: OperatorView }) {
  const texts = useTexts({ en, de });
  const may = useMay('operators.manage');
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const told = async (message: string) => {
    close();
    notifications.show({ message });
    await queryClient.invalidateQueries({ queryKey: ['operators'] });
  };
  const disable = async (disabled: boolean) => {
    await changeOperator(operator, { disabled });
    await told(disabled ? texts.disabledNow(operator.email) : texts.enabledNow(operator.email));
  };
  const of = { operator, onDone: (message: string) => void told(message), onClose: close };
  return (
    <>
      <ActionMenu operator={operator} may={may} onAsk={setAsked} onEnable={() => void disable(false)} />
      {asked === 'roles' && <RolesDialog {...of} />}
      {asked === 'reset' && <ResetPasswordDialog {...of} />}
      {asked === 'sessions' && <SessionsDialog operator={operator} onClose={close} />}
      <ConfirmDialog
        opened={asked === 'disable'}
        title={texts.disableTitle(operator.email)}
        confirm={texts.disable}
        onConfirm={() => disable(true)}
        onClose={close}
      >
        {texts.disableText}
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked === 'remove'}
        title={texts.removeTitle(operator.email)}
        confirm={texts.remove}
        onConfirm={async () => {
          await deleteOperator(operator.id);
          await told(texts.removed(operator.email));
        }}
        onClose={close}
      >
        {texts.removeText}
      </ConfirmDialog>
    </>
  );
}

interface ActionMenuProps {
  operator: OperatorView;
  may: boolean;
  onAsk: (asked: Asked) => void;
  onEnable: () => void;
}

function ActionMenu({ operator: { email, disabled, signsInBy }, may, onAsk, onEnable }: ActionMenuProps) {
  const texts = useTexts({ en, de });
  const isOurs = may && signsInBy === 'password';
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={texts.actionsFor(email)}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isOurs && (
          <>
            <Menu.Item leftSection={<Icon name="edit" size={16} />} onClick={() => onAsk('roles')}>
              {texts.editRoles}
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="key" size={16} />} onClick={() => onAsk('reset')}>
              {texts.reset}
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<Icon name="system" size={16} />} onClick={() => onAsk('sessions')}>
          {texts.sessions}
        </Menu.Item>
        {may && (
          <>
            <Menu.Item
              leftSection={<Icon name={disabled ? 'play' : 'pause'} size={16} />}
              onClick={disabled ? onEnable : () => onAsk('disable')}
            >
              {disabled ? texts.enable : texts.disable}
            </Menu.Item>
            <Menu.Item color="red" leftSection={<Icon name="trash" size={16} />} onClick={() => onAsk('remove')}>
              {texts.remove}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
