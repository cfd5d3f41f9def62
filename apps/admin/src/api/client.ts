import { type Problem, problemSchema } from '@grantkeeper/contracts/error-codes';
import type { z } from 'zod';

/** What the API refused, in its own words. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ApiProblem';
  }
}

/** No answer, or one that is not of the contract: the network, a proxy in between, or another version. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('no answer', { cause });
    this.name = 'NoAnswer';
  }
}

export interface Ask {
  body?: unknown;
  /** The revision that the operator has seen; needed where the contract says `ifMatch`. */
  ifMatch?: number;
  /** One for each press of a button: a repeat of the same press then changes nothing twice. */
  idempotencyKey?: string;
  /** Undefined members are left out. */
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Asks our API as the operator who is signed in, and reads the answer with its schema; null expects no body. */
export async function ask<S extends z.ZodType>(method: Method, path: string, answer: S, ask?: Ask): Promise<z.output<S>>;
export async function ask(method: Method, path: string, answer: null, ask?: Ask): Promise<void>;
export async function ask(method: Method, path: string, answer: z.ZodType | null, options: Ask = {}): Promise<unknown> {
  const response = await send(method, path, options);
  if (!response.ok) throw await problemOf(response);
  if (answer === null) return undefined;
  const read = answer.safeParse(await response.json().catch(() => undefined));
  if (!read.success) throw new NoAnswer(read.error);
  return read.data;
}

/** The raw answer of our API, for what is not JSON: files and streams. */
export async function askRaw(method: Method, path: string, options: Ask = {}): Promise<Response> {
  const response = await send(method, path, options);
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** A path with its parameters in it: `` pathOf`/v1/assistants/${id}` ``. */
export function pathOf(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((path, part, index) => `${path}${encodeURIComponent(values[index - 1] ?? '')}${part}`);
}

function send(method: Method, path: string, { body, ifMatch, idempotencyKey, query, signal }: Ask): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
  if (ifMatch !== undefined) headers.set('if-match', `"${ifMatch}"`);
  if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
  return fetch(`${path}${queryText(query)}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
    credentials: 'same-origin',
    redirect: 'error',
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new NoAnswer(error);
  });
}

function queryText(query: Ask['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function problemOf(response: Response): Promise<Error> {
  const read = problemSchema.safeParse(await response.json().catch(() => undefined));
  return read.success ? new ApiProblem(read.data) : new NoAnswer(new Error(`status ${response.status}`));
}
