import type { IncomingMessage } from 'node:http';

/** One request as it arrived; entered when its head is read, so that a request cut off half-way is on record too. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  body: Readonly<Record<string, string>>;
  bodyComplete: boolean;
  grantType?: string;
  code?: string;
  refreshToken?: string;
  /** Null while unanswered, and for ever when no complete answer left. */
  answered: { status: number } | null;
}

/** Enters a request into the log and reads its form body, 64 KiB at most. */
export async function logAndRead(log: LoggedRequest[], request: IncomingMessage, origin: string): Promise<LoggedRequest> {
  const url = new URL(request.url ?? '/', origin);
  const entry: LoggedRequest = {
    at: Date.now(),
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: {},
    bodyComplete: false,
    answered: null,
  };
  log.push(entry);
  entry.body = readBody(await readText(request), request.headers['content-type'] ?? '');
  entry.bodyComplete = true;
  entry.grantType = entry.body.grant_type;
  entry.code = entry.body.code;
  entry.refreshToken = entry.body.refresh_token;
  return entry;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 65_536) throw new Error('request body over 64 KiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readBody(text: string, contentType: string): Record<string, string> {
  if (!contentType.includes('json')) return Object.fromEntries(new URLSearchParams(text));
  const members = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return Object.fromEntries(members.map(([name, value]) => [name, String(value)]));
}
