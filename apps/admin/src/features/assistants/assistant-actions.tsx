import type { AssistantView } from '@grantkeeper/contracts/assistants/http';
import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Icon } from '../../ui/icons.js';
import { deleteAssistant, renameAssistant } from './assistants.api.js';
import { NameDialog } from './name-dialog.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** What may be done with one assistant; nothing for whoever may not. */
export function AssistantActions({ assistant }: { assistant: AssistantView }) {
  const texts = useTexts({ en, de });
  const may = useMay('assistants.write', assistant.id);
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null);
  if (!may) return null;
  const changed = (message: string) => {
    notifications.show({ message });
    return queryClient.invalidateQueries({ queryKey: ['assistants'] });
  };
  const { id, name } = assistant;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={texts.actionsFor(name)}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="edit" size={16} />} onClick={() => setAsked('rename')}>
            {texts.rename}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<Icon name="trash" size={16} />} onClick={() => setAsked('delete')}>
            {texts.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === 'rename' && (
        <NameDialog
          title={texts.renameTitle(name)}
          submit={texts.rename}
          name={name}
          onSubmit={async (newName) => {
            await renameAssistant(assistant, newName);
            await changed(texts.renamed(newName));
          }}
          onClose={() => setAsked(null)}
        />
      )}
      <ConfirmDialog
        opened={asked === 'delete'}
        title={texts.removeTitle(name)}
        confirm={texts.remove}
        onConfirm={async () => {
          await deleteAssistant(id);
          await changed(texts.removed(name));
        }}
        onClose={() => setAsked(null)}
      >
        {texts.removeText}
      </ConfirmDialog>
    </>
  );
}
