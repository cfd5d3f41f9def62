import { listProfilesQuery } from '@grantkeeper/contracts/profiles/http';
import type { ProfilesFilter } from './profiles.api.js';

const filterSchema = listProfilesQuery.pick({ search: true, type: true, status: true });
const tabs = ['explain', 'revisions'] as const;

/** The filter that the address names; what is none is passed over. */
export function readProfilesFilter(search: Record<string, unknown>): ProfilesFilter {
  const { search: wanted, type, status } = search;
  const read = filterSchema.safeParse({ search: wanted, type, status });
  return read.success ? read.data : {};
}

/** The tab that the address names; settings unless told. */
export function readProfileTab({ tab }: Record<string, unknown>): { tab?: (typeof tabs)[number] } {
  const known = tabs.find((one) => one === tab);
  return known === undefined ? {} : { tab: known };
}
