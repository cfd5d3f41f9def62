import type { ServerResponse } from 'node:http';

/** What the endpoint would say if nothing were scripted. */
export interface PlainAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}

/** Writes an answer as it is: objects as JSON, strings untouched. */
export async function writePlain(response: ServerResponse, { status, headers, body }: PlainAnswer): Promise<boolean> {
  const isText = typeof body === 'string';
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body);
  const contentType: Record<string, string> = body === undefined || isText ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...contentType,
    ...headers,
    'content-length': Buffer.byteLength(text),
  });
  return new Promise((resolve) => {
    response.once('close', () => resolve(response.writableFinished));
    response.end(text);
  });
}

/** The good answer with members replaced, or left out where undefined. */
export function amended(good: PlainAnswer, members: Record<string, unknown>): PlainAnswer {
  return { ...good, body: { ...(good.body as object), ...members } };
}
