let listener: ((notice: string) => void) | undefined;

/** oidc-provider tells its maintainers' advice through the console. It would fill a terminal or a test report; the latest `hear` gets it instead. */
export function redirectNotices(hear: (notice: string) => void): void {
  const isFirst = listener === undefined;
  listener = hear;
  if (!isFirst) return;
  for (const method of ['info', 'warn'] as const) {
    const original = console[method].bind(console);
    console[method] = (...said: unknown[]) => {
      if (typeof said[0] === 'string' && said[0].includes('oidc-provider ')) listener?.(said[0]);
      else original(...said);
    };
  }
}
