/** The three ways a call ends without an answer. Messages and reasons may be shown: they name hosts, never a query, a header or a body. */

export type NotSentReason = 'dns' | 'connect' | 'tls' | 'refused_address' | 'refused_scheme' | 'bad_url' | 'late' | 'closed';
export type NoAnswerReason = 'timeout' | 'reset' | 'protocol';
export type UnreadableAnswerReason = 'too_large' | 'encoding' | 'headers_too_large' | 'too_many_informational';

/** Proven: not one byte of the request has left this process. */
export class NotSent extends Error {
  constructor(
    readonly reason: NotSentReason,
    message: string,
    /** The system's or TLS's own code where there is one, as CERT_HAS_EXPIRED. */
    readonly code = '',
  ) {
    super(message);
    this.name = 'NotSent';
  }
}

/** Something was sent, and no complete answer came back: the provider may or may not have acted on it. */
export class NoAnswer extends Error {
  constructor(
    readonly reason: NoAnswerReason,
    message: string,
  ) {
    super(message);
    this.name = 'NoAnswer';
  }
}

/** The request was sent and answered, but the answer can't be read to its end within the limits. */
export class UnreadableAnswer extends Error {
  constructor(
    readonly reason: UnreadableAnswerReason,
    message: string,
    readonly status?: number,
  ) {
    super(message);
    this.name = 'UnreadableAnswer';
  }
}

/** The code of a system error: its message may hold more than a log should. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
}
