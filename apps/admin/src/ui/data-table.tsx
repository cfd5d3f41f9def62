import { Box, Button, Group, Loader } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCommonTexts } from './common-texts.js';
import { ProblemAlert } from './problem-alert.js';
import { type Column, RowsTable } from './rows-table.js';

interface DataTableProps<T> {
  /** What the table lists, for those who hear it. */
  caption: string;
  query: UseInfiniteQueryResult<InfiniteData<{ items: T[]; nextCursor: string | null }>>;
  columns: readonly Column<T>[];
  rowKey: (item: T) => string;
  /** Shown in place of the table while there is nothing. */
  empty: ReactNode;
}

/** A list of the API, in its order; more is loaded on a press, without counting what is left. */
export function DataTable<T>({ caption, query, columns, rowKey, empty }: DataTableProps<T>) {
  const texts = useCommonTexts();
  if (query.isPending) return <Loader aria-label={texts.loading} />;
  if (!query.data) return <ProblemAlert error={query.error} onRetry={query.refetch} />;
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return empty;
  return (
    <Box>
      <RowsTable caption={caption} rows={items} columns={columns} rowKey={rowKey} />
      {query.hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {texts.loadMore}
          </Button>
        </Group>
      )}
    </Box>
  );
}
