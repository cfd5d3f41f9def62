import type { ProfilePatch, ProfileRevisionView, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { Touched } from './blast-radius-dialog.js';
import { useProfileTexts } from './form-context.js';
import { toDefinition, toForm } from './form-model.js';
import { isEmptyPatch, mergePatchBetween } from './form-requests.js';
import { askBlastRadius, reviseProfile } from './profiles.api.js';

interface RestoreDialogProps {
  profile: ProfileView;
  revision: ProfileRevisionView | null;
  onClose: () => void;
}

/** Asks before the settings of an old revision become those of a new one, and tells what that touches. */
export function RestoreDialog({ profile, revision, onClose }: RestoreDialogProps) {
  const { revisions: texts } = useProfileTexts();
  const queryClient = useQueryClient();
  const patch: ProfilePatch = revision
    ? mergePatchBetween(toDefinition(toForm(profile)), toDefinition(toForm(revision.definition)))
    : {};
  const { data: radius, error } = useQuery({
    queryKey: ['profiles', profile.id, 'restore', profile.revision, revision?.revision],
    enabled: revision !== null && !isEmptyPatch(patch),
    queryFn: () => askBlastRadius(profile.id, patch),
  });
  const restore = async (): Promise<void> => {
    if (!isEmptyPatch(patch)) await reviseProfile(profile, patch);
    await queryClient.invalidateQueries({ queryKey: ['profiles'] });
    notifications.show({ message: texts.restored(revision?.revision ?? 0), color: 'green' });
  };
  return (
    <ConfirmDialog
      opened={revision !== null}
      title={texts.restoreTitle(revision?.revision ?? 0)}
      confirm={texts.restore}
      onConfirm={restore}
      onClose={onClose}
      danger={Boolean(radius?.clearsClientSecret || radius?.grants.needConsent)}
    >
      <Text mb="sm">{isEmptyPatch(patch) ? texts.same : texts.restoreText}</Text>
      <ProblemAlert error={error} />
      {radius && <Touched radius={radius} />}
    </ConfirmDialog>
  );
}
