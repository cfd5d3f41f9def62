import { type AuditFilter, exportAuditQuery } from '@grantkeeper/contracts/operators/http';

/** The filters as they stand in an address; days instead of instants. */
export type AuditSearch = Partial<Record<'actor' | 'action' | 'subject' | 'assistantId' | 'from' | 'to', string>>;

const days = /^\d{4}-\d\d-\d\d$/;

/** The filters that an address names; what no filter can be is left out, so that any link opens. */
export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  const names = Object.keys(exportAuditQuery.shape) as (keyof AuditSearch)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = raw[name];
      if (typeof value !== 'string' || value === '') return [];
      const isRight = name === 'from' || name === 'to' ? isDay(value) : exportAuditQuery.shape[name].safeParse(value).success;
      return isRight ? [[name, value]] : [];
    }),
  );
}

/** What the API is asked for: days begin and end where the browser is. */
export function auditFilterOf({ from, to, ...search }: AuditSearch): AuditFilter {
  return {
    ...search,
    ...(from === undefined ? {} : { from: startOf(from, 0) }),
    ...(to === undefined ? {} : { to: startOf(to, 1) }),
  };
}

const isDay = (text: string): boolean => days.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00`));

function startOf(day: string, later: number): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}
