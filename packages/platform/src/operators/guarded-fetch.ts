import type { CallContext, GuardedClient } from '@grantkeeper/outbound/guarded-client';

interface Asked {
  method: string;
  headers: Record<string, string>;
  body?: unknown;
}

/** `fetch` as oauth4webapi wants it, over the one way out: nothing is followed, and everything is bounded there. */
export function guardedFetch(client: GuardedClient, context: CallContext): (url: string, asked: Asked) => Promise<Response> {
  return async (url, { method, headers, body }) => {
    const sent = body === undefined || body === null ? {} : { body: String(body) };
    const answer = await client.call(url, { method: method === 'POST' ? 'POST' : 'GET', headers, ...sent }, context);
    const isEmpty = answer.status === 204 || answer.status === 304;
    return new Response(isEmpty ? null : answer.body, { status: answer.status, headers: answer.headers });
  };
}
