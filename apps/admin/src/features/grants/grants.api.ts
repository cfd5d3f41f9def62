import {
  type GrantSearch,
  type GrantView,
  grantSchema,
  grantsPageSchema,
  otherAccountAllowedSchema,
  refreshAcceptedSchema,
  signOutAnswerSchema,
} from '@grantkeeper/contracts/grants/http';
import { timelinePageSchema } from '@grantkeeper/contracts/grants/timeline';
import { profileSchema, profilesPageSchema } from '@grantkeeper/contracts/profiles/http';
import { queryOptions } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/client.js';
import { listQuery } from '../../api/pages.js';

export const grantsListQuery = (assistantId: string, search: GrantSearch) =>
  listQuery({
    key: ['grants', 'list', assistantId],
    path: pathOf`/v1/assistants/${assistantId}/grants`,
    page: grantsPageSchema,
    query: search,
  });

/** Where the browser gets what the list shows, all of it, as a file. */
export function grantsCsvAddress(assistantId: string, search: GrantSearch): string {
  const given = Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return `${pathOf`/v1/assistants/${assistantId}/grants.csv`}?${new URLSearchParams(given)}`;
}

export const grantQuery = (grantId: string) =>
  queryOptions({
    queryKey: ['grants', 'one', grantId],
    queryFn: ({ signal }): Promise<GrantView> => ask('GET', pathOf`/v1/grants/${grantId}`, grantSchema, { signal }),
  });

export const timelineQuery = (grantId: string) =>
  listQuery({
    key: ['grants', 'timeline', grantId],
    path: pathOf`/v1/grants/${grantId}/timeline`,
    page: timelinePageSchema,
  });

/** Profiles whose name or provider holds these words. */
export const profilesToChooseQuery = (assistantId: string, search: string) =>
  queryOptions({
    queryKey: ['profiles', 'to-choose', assistantId, search],
    queryFn: async ({ signal }) =>
      (
        await ask('GET', pathOf`/v1/assistants/${assistantId}/profiles`, profilesPageSchema, {
          query: { limit: 20, ...(search === '' ? {} : { search }) },
          signal,
        })
      ).items,
  });

export const profileQuery = (profileId: string) =>
  queryOptions({
    queryKey: ['profiles', 'name', profileId],
    queryFn: ({ signal }) => ask('GET', pathOf`/v1/profiles/${profileId}`, profileSchema, { signal }),
  });

export const refreshNow = (grantId: string) => ask('POST', pathOf`/v1/grants/${grantId}/refresh`, refreshAcceptedSchema);
export const signOutGrant = (grantId: string) => ask('DELETE', pathOf`/v1/grants/${grantId}`, signOutAnswerSchema);
export const allowOtherAccount = (grantId: string) =>
  ask('POST', pathOf`/v1/grants/${grantId}/allow-other-account`, otherAccountAllowedSchema, {
    idempotencyKey: crypto.randomUUID(),
  });
