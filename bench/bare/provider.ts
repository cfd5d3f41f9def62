// A token endpoint that rotates, answers after LATENCY_MS, and counts: GET /counts. Just enough of a provider to load the others.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What GET /counts answers. */
export interface Counts {
  refreshes: number;
  /** Refresh requests with a token that an earlier one had sent: 0, or grants would be lost. */
  reused: number;
  codes: number;
  /** The most refreshes of one client in any second of the clock. */
  busiest: Record<string, number>;
}

const { LATENCY_MS = '0' } = process.env;
const latencyMs = Number(LATENCY_MS);
const counts: Counts = { refreshes: 0, reused: 0, codes: 0, busiest: {} };
/** This second's refreshes, by client. */
let second = { at: 0, byClient: new Map<string, number>() };
const seen = new Set<string>();

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.method === 'POST') void answerToken(request, response);
  else answer(response, counts);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address() as { port: number };
  process.stdout.write(`${JSON.stringify({ msg: 'listening', port: address.port })}\n`);
});
process.once('SIGTERM', () => process.exit(0));

async function answerToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const refreshToken = form.get('refresh_token');
  if (refreshToken === null) counts.codes += 1;
  else {
    counts.refreshes += 1;
    countSecond(
      Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64')
        .toString()
        .split(':')[0] ?? '',
    );
    if (seen.has(refreshToken)) counts.reused += 1;
    seen.add(refreshToken);
  }
  setTimeout(() => {
    answer(response, {
      access_token: randomBytes(600).toString('base64url'),
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: randomBytes(32).toString('base64url'),
    });
  }, latencyMs);
}

function countSecond(client: string): void {
  const at = Math.floor(Date.now() / 1000);
  if (at !== second.at) second = { at, byClient: new Map() };
  const count = (second.byClient.get(client) ?? 0) + 1;
  second.byClient.set(client, count);
  counts.busiest[client] = Math.max(counts.busiest[client] ?? 0, count);
}

function answer(response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}
