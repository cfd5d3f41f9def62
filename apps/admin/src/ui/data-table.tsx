import { Box, type BoxProps, Button, Group, Loader, Table, VisuallyHidden } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCommonTexts } from './common-texts.js';
import { ProblemAlert } from './problem-alert.js';

export interface Column<T> {
  key: string;
  header: string;
  cell: (item: T) => ReactNode;
  /** Not shown where the window is narrower. */
  from?: 'xs' | 'sm' | 'md' | 'lg';
  /** The column that names its row. */
  isName?: boolean;
  align?: 'left' | 'right';
  /** Its header is heard, and not seen. */
  isBare?: boolean;
}

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
      <Table.ScrollContainer minWidth={0}>
        <Table verticalSpacing="sm" highlightOnHover>
          <Table.Caption>
            <VisuallyHidden>{caption}</VisuallyHidden>
          </Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ key, header, from, align, isBare }) => (
                <Table.Th key={key} scope="col" visibleFrom={from} ta={align}>
                  {isBare ? <VisuallyHidden>{header}</VisuallyHidden> : header}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Table.Tr key={rowKey(item)}>
                {columns.map(({ key, cell, from, isName, align }) => (
                  <Cell key={key} isName={isName ?? false} visibleFrom={from} ta={align ?? 'left'}>
                    {cell(item)}
                  </Cell>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
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

function Cell({ isName, children, ...look }: BoxProps & { isName: boolean; children: ReactNode }) {
  return isName ? (
    <Table.Th scope="row" fw={600} {...look}>
      {children}
    </Table.Th>
  ) : (
    <Table.Td {...look}>{children}</Table.Td>
  );
}
