import { type BoxProps, Table, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';

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

interface RowsTableProps<T> {
  /** What the table lists, for those who hear it. */
  caption: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowKey: (item: T) => string;
}

/** Rows that are there already. */
export function RowsTable<T>({ caption, rows, columns, rowKey }: RowsTableProps<T>) {
  const { viewportRef, scrolls } = useScrolls();
  return (
    <Table.ScrollContainer
      minWidth={0}
      scrollAreaProps={{ viewportRef, viewportProps: scrolls ? { tabIndex: 0, role: 'group', 'aria-label': caption } : {} }}
    >
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
          {rows.map((item) => (
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
  );
}

/** Whether there is more than fits: then whoever has no mouse must be able to go there and scroll. */
function useScrolls() {
  const viewportRef = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const viewport = viewportRef.current;
    if (!viewport) return;
    const look = () => setScrolls(viewport.scrollWidth > viewport.clientWidth || viewport.scrollHeight > viewport.clientHeight);
    const observer = new ResizeObserver(look);
    observer.observe(viewport);
    if (viewport.firstElementChild) observer.observe(viewport.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return { viewportRef, scrolls };
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
