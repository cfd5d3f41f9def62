import type { QueueView } from '@grantkeeper/contracts/queues/http';
import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { pauseQueue, resumeQueue } from './queues.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Pauses a queue, or lets it go on; says before what comes of it. */
export function PauseButton({ name, pausedAt }: QueueView) {
  const texts = useTexts({ en, de });
  const may = useMay('queues.manage');
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<'pause' | 'resume' | null>(null);
  if (!may) return null;
  const verb = asked ?? (pausedAt === null ? 'pause' : 'resume');
  const act = async () => {
    await (verb === 'pause' ? pauseQueue(name) : resumeQueue(name));
    notifications.show({ message: verb === 'pause' ? texts.pausedNow(name) : texts.resumedNow(name) });
    await queryClient.invalidateQueries({ queryKey: ['queues'] });
  };
  return (
    <>
      <Button variant="subtle" size="compact-md" aria-label={`${texts[verb]}: ${name}`} onClick={() => setAsked(verb)}>
        {texts[verb]}
      </Button>
      <ConfirmDialog
        opened={asked !== null}
        title={verb === 'pause' ? texts.pauseTitle(name) : texts.resumeTitle(name)}
        confirm={texts[verb]}
        danger={verb === 'pause'}
        onConfirm={act}
        onClose={() => setAsked(null)}
      >
        {verb === 'pause' ? (
          <>
            <Text mb="sm">{texts.whilePaused[name]}</Text>
            {texts.pauseText}
          </>
        ) : (
          texts.resumeText
        )}
      </ConfirmDialog>
    </>
  );
}
