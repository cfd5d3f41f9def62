import { type Logger, pino } from 'pino';

export type { Logger };

/** Structured logs on standard output. Only named fields are ever logged: never a body, a header, a URL's query or an error's own properties. */
export function createLogger(process: string, level = 'info'): Logger {
  return pino({ name: process, level, base: { process }, messageKey: 'msg', serializers: { err: plainError } });
}

/** What of an error may be logged: PostgreSQL and HTTP errors carry values in their other members. */
export function plainError(error: unknown): { type: string; message: string; code?: string; stack?: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const code = (error as { code?: unknown }).code;
  if (error.name === 'SyntaxError')
    return { type: error.name, message: 'unreadable text', stack: error.stack?.replace(error.message, '…') }; // JSON.parse quotes what it reads
  return { type: error.name, message: error.message, stack: error.stack, ...(typeof code === 'string' ? { code } : {}) };
}
