import type { ParkedProfile } from '@grantkeeper/contracts/refresh/http';
import { Button, Code, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { AnchorLink } from '../../ui/links.js';
import { type Column, RowsTable } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { When } from '../../ui/when.js';
import { resumeProfile } from './refresh.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Profiles whose refreshes wait for somebody to mend a setting. */
export function ParkedSection({ parked }: { parked: readonly ParkedProfile[] }) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const columns: Column<ParkedProfile>[] = [
    {
      key: 'profile',
      header: texts.profile,
      cell: ({ id, name }) => (
        <AnchorLink to="/profiles/$profileId" params={{ profileId: id }}>
          {name}
        </AnchorLink>
      ),
      isName: true,
    },
    { key: 'fault', header: texts.fault, cell: ({ fault }) => <Code>{fault}</Code> },
    { key: 'since', header: texts.since, cell: ({ since }) => <When at={since} />, from: 'sm' },
    { key: 'actions', header: common.actions, cell: (one) => <Resume {...one} />, align: 'right', isBare: true },
  ];
  return (
    <Section title={texts.parked}>
      {parked.length === 0 ? (
        <Text>{texts.noParked}</Text>
      ) : (
        <>
          <Text c="dimmed" mb="sm">
            {texts.parkedIntro}
          </Text>
          <RowsTable caption={texts.parked} rows={parked} columns={columns} rowKey={({ id }) => id} />
        </>
      )}
    </Section>
  );
}

function Resume({ id, name, assistantId }: ParkedProfile) {
  const texts = useTexts({ en, de });
  const may = useMay('grants.manage', assistantId);
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  if (!may) return null;
  const resume = async () => {
    await resumeProfile(id);
    notifications.show({ message: texts.resumed(name) });
    await queryClient.invalidateQueries({ queryKey: ['refresh'] });
  };
  return (
    <>
      <Button variant="light" size="compact-md" aria-label={`${texts.resume}: ${name}`} onClick={() => setOpened(true)}>
        {texts.resume}
      </Button>
      <ConfirmDialog
        opened={opened}
        title={texts.resumeTitle(name)}
        confirm={texts.resume}
        danger={false}
        onConfirm={resume}
        onClose={() => setOpened(false)}
      >
        {texts.resumeText}
      </ConfirmDialog>
    </>
  );
}
