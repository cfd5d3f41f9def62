import { lookup } from 'node:dns/promises';

/** Resolves a host name to all its addresses. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** What bounds one call, and the two things specs replace: whom TLS trusts and how names resolve. */
export interface OutboundLimits {
  /** From `open` to the last byte of the answer. */
  totalMs: number;
  /** From `open` to a connection ready to send: name, TCP and TLS together. */
  connectMs: number;
  headerBytes: number;
  /** Of the body, as it came and again as decoded. */
  bodyBytes: number;
  informationalAnswers: number;
  /** PEM of the authorities to trust instead of the platform's own. */
  ca?: string;
  lookup: Lookup;
}

export const DEFAULT_LIMITS: OutboundLimits = {
  totalMs: 10_000,
  connectMs: 5_000,
  headerBytes: 16 * 1024,
  bodyBytes: 256 * 1024,
  informationalAnswers: 8,
  lookup: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
};
