import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { Alert, Group, Loader, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { ApiProblem } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Icon } from '../../ui/icons.js';
import { ButtonLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/page-header.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { readProfileTab } from './address.js';
import { FaultAlert } from './fault-alert.js';
import { FormPlaceProvider, useProfileTexts } from './form-context.js';
import { ProfileActions } from './profile-actions.js';
import { type BesideTheForm, ProfileEditor } from './profile-editor.js';
import { ProfileStatusBadges } from './profile-status.js';
import { profileQuery } from './profiles.api.js';
import { RevisionsTab } from './revisions-tab.js';

interface ProfilePageProps {
  /** What stands beside the form: Test. */
  beside: (form: BesideTheForm) => ReactNode;
  explain: { title: string; tab: (profile: ProfileView) => ReactNode };
}

/** One profile: its settings with Test beside them, what it leads to, and how it came to be. */
export function ProfilePage({ beside, explain }: ProfilePageProps) {
  const common = useCommonTexts();
  const { profileId } = useParams({ from: '/frame/profiles/$profileId' });
  const { data: profile, error, refetch } = useQuery(profileQuery(profileId));
  const wasDeleting = useRef(false);
  if (profile?.status === 'deleting') wasDeleting.current = true;
  const isGone = error instanceof ApiProblem && error.problem.code === 'profiles.not-found';
  if (isGone && wasDeleting.current && profile) return <Gone profile={profile} />;
  if (!profile) return error ? <ProblemAlert error={error} onRetry={refetch} /> : <Loader aria-label={common.loading} />;
  return <LoadedProfile key={profileId} profile={profile} beside={beside} explain={explain} />;
}

function LoadedProfile({ profile, beside, explain }: ProfilePageProps & { profile: ProfileView }) {
  const { form, revisions, actions } = useProfileTexts();
  const mayWrite = useMay('profiles.write', profile.assistantId);
  const isRevisable = profile.status === 'active' || profile.status === 'disabled';
  const readOnly = !mayWrite || !isRevisable;
  const { tab = 'settings' } = useSearch({ from: '/frame/profiles/$profileId' });
  const navigate = useNavigate();
  const show = (next: string | null): void => void navigate({ to: '.', search: readProfileTab({ tab: next }), replace: true });
  return (
    <FormPlaceProvider readOnly={readOnly}>
      <PageHeader title={profile.name} actions={<ProfileActions profile={profile} />}>
        <Group gap="sm" mt={4}>
          <ProfileStatusBadges {...profile} />
          <Text span>{profile.identityProvider}</Text>
        </Group>
      </PageHeader>
      {profile.status === 'deleting' && (
        <Alert icon={<Icon name="clock" />} mb="md" role="status">
          {actions.deleting(profile.grantsLeft ?? 0)}
        </Alert>
      )}
      <FaultAlert fault={profile.fault} />
      {readOnly && profile.status !== 'deleting' && (
        <Text c="dimmed" mb="md">
          {form.readOnly}
        </Text>
      )}
      <Tabs value={tab} onChange={show}>
        <Tabs.List mb="md">
          <Tabs.Tab value="settings">{form.settings}</Tabs.Tab>
          <Tabs.Tab value="explain">{explain.title}</Tabs.Tab>
          <Tabs.Tab value="revisions">{revisions.tab}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="settings" keepMounted>
          <ProfileEditor profile={profile} beside={beside} />
        </Tabs.Panel>
        <Tabs.Panel value="explain">{tab === 'explain' && explain.tab(profile)}</Tabs.Panel>
        <Tabs.Panel value="revisions">{tab === 'revisions' && <RevisionsTab profile={profile} />}</Tabs.Panel>
      </Tabs>
    </FormPlaceProvider>
  );
}

function Gone({ profile }: { profile: ProfileView }) {
  const { actions: texts } = useProfileTexts();
  return (
    <>
      <PageHeader title={profile.name} />
      <EmptyState
        icon="good"
        title={texts.gone}
        action={
          <ButtonLink to="/assistants/$assistantId/profiles" params={{ assistantId: profile.assistantId }}>
            {texts.backToList}
          </ButtonLink>
        }
      />
    </>
  );
}
