/** Which of these parameter names stand in the URL's own query already: none may be sent twice (RFC 6749 section 3.1). */
export function queryClash(url: string, names: readonly string[]): string[] {
  const own = URL.canParse(url) ? new Set(new URL(url).searchParams.keys()) : new Set<string>();
  return names.filter((name) => own.has(name));
}
