import type { FastifyRequest } from 'fastify';

/**
 * Whether a form was sent from a page of ours. Browsers say so by Sec-Fetch-Site, older ones by Origin, which is `null` under `no-referrer`. A request
 * with neither comes from no browser, so that no person was lured into it.
 */
export function isFromOurPage({ headers }: Pick<FastifyRequest, 'headers'>, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === undefined || headers.origin === publicUrl;
}
