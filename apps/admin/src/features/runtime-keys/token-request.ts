/** A line for a shell that asks for a token as a runtime does. */
export function curlLine(origin: string, key: string, profile: string): string {
  const body = JSON.stringify({ profile, user: 'ada@example.com' }).replaceAll("'", "'\\''");
  return `curl -s ${origin}/v1/token \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '${body}'`;
}
