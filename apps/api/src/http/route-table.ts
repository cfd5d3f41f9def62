import type { Route } from '@grantkeeper/contracts/route';
import { routes } from '@grantkeeper/contracts/routes';

const keyOf = (method: string, pattern: string): string => `${method} ${pattern}`;
const byKey = new Map(routes.map((route) => [keyOf(route.method, route.path), route]));
const patterns = routes.map(({ method, path }) => ({ method, pattern: new RegExp(`^${path.replace(/:[^/]+/g, '[^/]+')}$`) }));

/** The contract of a route by its method and pattern. */
export const contractOf = (method: string, pattern: string): Route | undefined => byKey.get(keyOf(method, pattern));

/** Which methods the contract knows at a path. */
export const allowedMethods = (path: string): string[] => [
  ...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)),
];
