import {
  approvedOriginsSchema,
  authorizeEveryoneAnswerSchema,
  type BlastRadius,
  blastRadiusSchema,
  type NewProfile,
  type ProfilePatch,
  type ProfileStatus,
  type ProfileView,
  profileRevisionsPageSchema,
  profileSchema,
  profilesPageSchema,
} from '@grantkeeper/contracts/profiles/http';
import { queryOptions } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/client.js';
import { listQuery } from '../../api/pages.js';

/** So often a profile that is being deleted is looked at again. */
const deletingPollMs = 1_500;

export interface ProfilesFilter {
  search?: string;
  type?: 'oauth2';
  status?: ProfileStatus;
}

export const profilesListQuery = (assistantId: string, { search, type, status }: ProfilesFilter) =>
  listQuery({
    key: ['profiles', 'list', assistantId],
    path: pathOf`/v1/assistants/${assistantId}/profiles`,
    page: profilesPageSchema,
    query: { search, type, status },
  });

export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: ['profiles', id],
    queryFn: ({ signal }) => ask('GET', pathOf`/v1/profiles/${id}`, profileSchema, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'deleting' && state.error === null ? deletingPollMs : false),
  });

export const revisionsQuery = (id: string) =>
  listQuery({ key: ['profiles', id, 'revisions'], path: pathOf`/v1/profiles/${id}/revisions`, page: profileRevisionsPageSchema });

export const createProfile = (assistantId: string, body: NewProfile): Promise<ProfileView> =>
  ask('POST', pathOf`/v1/assistants/${assistantId}/profiles`, profileSchema, { body });

/** Revises the profile as it was read. */
export const reviseProfile = ({ id, revision }: ProfileView, body: ProfilePatch): Promise<ProfileView> =>
  ask('PATCH', pathOf`/v1/profiles/${id}`, profileSchema, { body, ifMatch: revision });

export const askBlastRadius = (id: string, patch: ProfilePatch): Promise<BlastRadius> =>
  ask('POST', pathOf`/v1/profiles/${id}/blast-radius`, blastRadiusSchema, { body: { patch } });

export type StatusVerb = 'disable' | 'enable' | 'archive' | 'restore';

export const changeStatus = (id: string, verb: StatusVerb): Promise<ProfileView> =>
  ask('POST', `${pathOf`/v1/profiles/${id}`}/${verb}`, profileSchema);

export const deleteProfile = (id: string): Promise<ProfileView> => ask('DELETE', pathOf`/v1/profiles/${id}`, profileSchema);

export const approveOrigins = ({ id, revision }: ProfileView) =>
  ask('POST', pathOf`/v1/profiles/${id}/approve-origins`, approvedOriginsSchema, { ifMatch: revision });

export const authorizeEveryone = (id: string, body: { account: string; tenant?: string }) =>
  ask('POST', pathOf`/v1/profiles/${id}/authorize`, authorizeEveryoneAnswerSchema, { body });
