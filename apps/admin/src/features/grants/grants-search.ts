import { exportGrantsQuery, type GrantSearch } from '@grantkeeper/contracts/grants/http';

/** The filters that an address names; what no filter can be is left out, so that any link opens. */
export function readGrantSearch(raw: Record<string, unknown>): GrantSearch {
  const read = Object.entries(exportGrantsQuery.shape).flatMap(([name, schema]) => {
    const value = raw[name];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const parsed = schema.safeParse(String(value));
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : [];
  });
  return Object.fromEntries(read) as GrantSearch;
}

/** The filters with one of them set; an empty one is taken away. */
export function withFilter<K extends keyof GrantSearch>(
  search: GrantSearch,
  name: K,
  value: GrantSearch[K] | '' | null,
): GrantSearch {
  const { [name]: _, ...others } = search;
  return value === '' || value === null || value === undefined ? others : { ...others, [name]: value };
}
