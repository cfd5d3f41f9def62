import type { ProfileStatus, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { Group } from '@mantine/core';
import { StatusBadge, type Tone } from '../../ui/status-badge.js';
import { useProfileTexts } from './form-context.js';

const tones: Record<ProfileStatus, Tone> = { active: 'good', disabled: 'warning', archived: 'calm', deleting: 'busy' };

/** Status, and whether something is wrong with it. */
export function ProfileStatusBadges({ status, fault }: Pick<ProfileView, 'status' | 'fault'>) {
  const texts = useProfileTexts();
  return (
    <Group gap={6}>
      <StatusBadge tone={tones[status]}>{texts.status[status]}</StatusBadge>
      {fault && <StatusBadge tone="bad">{texts.list.fault}</StatusBadge>}
    </Group>
  );
}
