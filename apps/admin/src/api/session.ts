import {
  type SessionView as Session,
  sessionSchema,
  signInMethodsSchema,
  type signInSchema,
} from '@grantkeeper/contracts/operators/http';
import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { ApiProblem, ask } from './client.js';

export const sessionKey = ['session'] as const;

/** Who is signed in; null where nobody is. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }): Promise<Session | null> =>
    ask('GET', '/v1/session', sessionSchema, { signal }).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.problem.code === 'http.unauthenticated') return null;
      throw error;
    }),
  staleTime: 60_000,
});

/** How one can sign in here. */
export const signInMethodsQuery = queryOptions({
  queryKey: ['sign-in-methods'],
  queryFn: ({ signal }) => ask('GET', '/v1/sign-in-methods', signInMethodsSchema, { signal }),
});

export const signIn = (body: z.input<typeof signInSchema>): Promise<Session> =>
  ask('POST', '/v1/session', sessionSchema, { body });
export const signOut = (): Promise<void> => ask('DELETE', '/v1/session', null);

/** Whether the session allows this: everywhere, or with this assistant. */
export function mayDo(session: Session, permission: Permission, assistantId?: string): boolean {
  const { all, assistants } = session.permissions;
  return all.includes(permission) || (assistantId !== undefined && (assistants[assistantId]?.includes(permission) ?? false));
}

/** Whether the operator may do this, everywhere or with this assistant. What one may not do is not shown. */
export function useMay(permission: Permission, assistantId?: string): boolean {
  const { data: session } = useQuery(sessionQuery);
  return session ? mayDo(session, permission, assistantId) : false;
}

/** Whether the operator may do this with any assistant at all. */
export function useMayAnywhere(permission: Permission): boolean {
  const { data: session } = useQuery(sessionQuery);
  if (!session) return false;
  return [session.permissions.all, ...Object.values(session.permissions.assistants)].some((list) => list.includes(permission));
}
