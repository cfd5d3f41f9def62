import { type Logger, pino } from 'pino';
import { LogOutput } from './log-output.js';

export type { Logger };

/** One for the process, whoever logs. */
let output: LogOutput | undefined;

/** Structured logs on standard output. Only named fields are ever logged: never a body, a header, a URL's query or an error's own properties. */
export function createLogger(process: string, level = 'info'): Logger {
  output ??= new LogOutput();
  return pino({ name: process, level, base: { process }, messageKey: 'msg', serializers: { err: plainError } }, output);
}

/** What plainError has made, for it is applied by whoever logs and by the logger. */
const made = new WeakSet<object>();

interface PlainError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
}

/** What of an error may be logged: PostgreSQL and HTTP errors carry values in their other members. */
export function plainError(error: unknown): PlainError {
  if (typeof error === 'object' && error !== null && made.has(error)) return error as PlainError;
  const plain = partsOf(error);
  made.add(plain);
  return plain;
}

function partsOf(error: unknown): PlainError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const code = (error as { code?: unknown }).code;
  if (error.name === 'SyntaxError')
    return { type: error.name, message: 'unreadable text', stack: error.stack?.replace(error.message, '…') }; // JSON.parse quotes what it reads
  return { type: error.name, message: error.message, stack: error.stack, ...(typeof code === 'string' ? { code } : {}) };
}
