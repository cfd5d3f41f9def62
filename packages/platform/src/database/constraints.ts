/** Whether a statement failed because it would break this unique index or constraint. */
export function breaks(error: unknown, constraint: string): boolean {
  const { code, constraint: named } = ((error as { driverError?: unknown } | null)?.driverError ?? error ?? {}) as {
    code?: string;
    constraint?: string;
  };
  return (code === '23505' || code === '23503') && named === constraint;
}
