import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/session.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Icon } from '../../ui/icons.js';
import { EveryoneDialog } from './everyone-dialog.js';
import { useProfileTexts } from './form-context.js';
import { approveOrigins, changeStatus, deleteProfile } from './profiles.api.js';

type Verb = 'disable' | 'enable' | 'archive' | 'restore' | 'delete' | 'approve';

/** Which verbs a profile of a status takes (core/profiles/profile-status.ts refuses the others). */
const verbsOf: Record<ProfileView['status'], readonly Verb[]> = {
  active: ['disable', 'archive', 'delete'],
  disabled: ['enable', 'archive', 'delete'],
  archived: ['restore', 'delete'],
  deleting: [],
};

/** What can be done with a profile as a whole, by those who may. */
export function ProfileActions({ profile }: { profile: ProfileView }) {
  const { actions: texts } = useProfileTexts();
  const mayWrite = useMay('profiles.write', profile.assistantId);
  const mayApprove = useMay('origins.approve', profile.assistantId) && profile.status !== 'deleting';
  const [asked, setAsked] = useState<Verb | null>(null);
  const [connects, setConnects] = useState(false);
  const verbs = mayWrite ? verbsOf[profile.status] : [];
  const isForEveryone = profile.grantedTo === 'everyone' && profile.status === 'active';
  const mayConnect = useMayConnect(profile) && isForEveryone;
  return (
    <>
      {mayConnect && (
        <Button variant="default" leftSection={<Icon name="grant" size={16} />} onClick={() => setConnects(true)}>
          {texts.everyone}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={texts.menu}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="download" size={16} />} onClick={() => void exportYaml(profile)}>
            {texts.export}
          </Menu.Item>
          {mayApprove && <Menu.Item onClick={() => setAsked('approve')}>{texts.approve}</Menu.Item>}
          {verbs.length > 0 && <Menu.Divider />}
          {verbs.map((verb) => (
            <Menu.Item key={verb} color={verb === 'delete' ? 'red' : undefined} onClick={() => setAsked(verb)}>
              {texts[verb]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <VerbDialog profile={profile} verb={asked} onClose={() => setAsked(null)} />
      <EveryoneDialog profile={profile} opened={connects} onClose={() => setConnects(false)} />
    </>
  );
}

/** The route's own permission. */
function useMayConnect({ assistantId }: ProfileView): boolean {
  return useMay('grants.manage', assistantId);
}

function VerbDialog({ profile, verb, onClose }: { profile: ProfileView; verb: Verb | null; onClose: () => void }) {
  const { actions: texts } = useProfileTexts();
  const queryClient = useQueryClient();
  const [shown, setShown] = useState<Verb>('disable');
  if (verb !== null && verb !== shown) setShown(verb); // its words stay while the dialog fades
  const act = async (): Promise<void> => {
    if (shown === 'approve') {
      const { grants } = await approveOrigins(profile);
      notifications.show({ message: texts.approved(grants), color: 'green' });
    } else await (shown === 'delete' ? deleteProfile(profile.id) : changeStatus(profile.id, shown));
    await queryClient.invalidateQueries({ queryKey: ['profiles'] });
  };
  return (
    <ConfirmDialog
      opened={verb !== null}
      title={texts[`${shown}Title`](profile.name)}
      confirm={texts[shown]}
      onConfirm={act}
      onClose={onClose}
      danger={shown !== 'enable' && shown !== 'restore'}
    >
      <Text>{texts[`${shown}Text`]}</Text>
    </ConfirmDialog>
  );
}

/** Gives the profile to the browser as a file, without secrets. */
async function exportYaml(profile: ProfileView): Promise<void> {
  const { toYaml } = await import('./profile-yaml.js');
  const url = URL.createObjectURL(new Blob([toYaml(profile)], { type: 'text/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${profile.name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.yaml`;
  link.click();
  URL.revokeObjectURL(url);
}
