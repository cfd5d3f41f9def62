import { infiniteQueryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { type Ask, ask } from './client.js';

/** A list as the API tells it: some items, and where the next ones begin. */
export type PageSchema<T> = z.ZodType<{ items: T[]; nextCursor: string | null }>;

interface List<T> {
  /** Its first member is the topic. */
  key: readonly unknown[];
  path: string;
  page: PageSchema<T>;
  query?: Ask['query'];
}

/** A list that grows at its end, for `useInfiniteQuery` and the data table. */
export function listQuery<T>({ key, path, page, query = {} }: List<T>) {
  return infiniteQueryOptions({
    queryKey: [...key, query],
    queryFn: ({ pageParam, signal }) => ask('GET', path, page, { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}
