import type { z } from 'zod';
import type { ErrorCode } from './error-codes.js';
import type { Permission } from './operators/permissions.js';

/** Who may call: an operator (session cookie or API token), a runtime (runtime key), either, or anyone. */
export type Caller = 'operator' | 'runtime' | 'either' | 'anyone';

/** One endpoint of the JSON interface; OpenAPI, the readable page and the API's route check are made from these. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with `:name` parameters. */
  path: string;
  tag: string;
  summary: string;
  caller: Caller;
  /** What the operator's role must allow; null: any operator. Only of routes that operators call. */
  permission?: Permission | null;
  /** The answer holds only what the caller may see: a role for one assistant is enough. */
  showsOwn?: boolean;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Success status → body shape; null for an empty body. */
  answers: Partial<Record<200 | 201 | 202 | 204 | 303, z.ZodType | null>>;
  /** Of a success; JSON unless told. In a stream the schema is that of each event's data. */
  mediaType?: 'text/event-stream' | 'text/csv' | 'application/jsonl';
  errors: readonly ErrorCode[];
  ifMatch?: boolean;
  idempotencyKey?: boolean;
}

/** A route as it is written down, checked by its type. */
export const route = (r: Route): Route => r;

const unlessManaged: ErrorCode[] = ['http.unauthenticated', 'http.forbidden'];

/** A route of the management interface; each names its permission. */
export const managed = (r: Omit<Route, 'caller' | 'permission'> & { permission: Permission | null }): Route =>
  route({ ...r, caller: 'operator', errors: [...unlessManaged, ...r.errors] });
