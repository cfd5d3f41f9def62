import type { GrantSearch } from '@grantkeeper/contracts/grants/http';
import { type CompanySignInProblem, companySignInProblemSchema } from '@grantkeeper/contracts/operators/http';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { queryClient } from './api/query-client.js';
import { sessionQuery } from './api/session.js';
import { readAuditSearch } from './features/operators/audit-search.js';
import { readProfilesFilter, readProfileTab } from './features/profiles/address.js';
import { NotFoundPage } from './layout/not-found-page.js';

const root = createRootRoute({ notFoundComponent: NotFoundPage });

/** Where to go after signing in: a path below /admin, whoever made the link. */
function wayBack(to: unknown): { to?: string } {
  return { to: typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : undefined };
}

interface SignInSearch {
  to?: string;
  /** Why the sign-in at the company came to nothing. */
  problem?: CompanySignInProblem;
}

function problemIn(problem: unknown): { problem?: CompanySignInProblem } {
  const read = companySignInProblemSchema.safeParse(problem);
  return { problem: read.success ? read.data : undefined };
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ to, problem }: Record<string, unknown>): SignInSearch => ({ ...wayBack(to), ...problemIn(problem) }),
  component: lazyRouteComponent(() => import('./features/sign-in/sign-in-page.js'), 'SignInPage'),
});

/** Everything for somebody who is signed in; others sign in first. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  beforeLoad: async ({ location }) => {
    if (!(await queryClient.ensureQueryData(sessionQuery))) throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
  component: lazyRouteComponent(() => import('./layout/frame.js'), 'Frame'),
});

const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/assistants' });
  },
});

const assistants = createRoute({
  getParentRoute: () => frame,
  path: '/assistants',
  component: lazyRouteComponent(() => import('./features/assistants/assistants-page.js'), 'AssistantsPage'),
});

const runtimeKeys = createRoute({
  getParentRoute: () => frame,
  path: '/assistants/$assistantId/runtime-keys',
  component: lazyRouteComponent(() => import('./features/runtime-keys/runtime-keys-page.js'), 'RuntimeKeysPage'),
});

const profiles = createRoute({
  getParentRoute: () => frame,
  path: '/assistants/$assistantId/profiles',
  validateSearch: readProfilesFilter,
  component: lazyRouteComponent(() => import('./features/profiles/profiles-page.js'), 'ProfilesPage'),
});

const newProfile = createRoute({
  getParentRoute: () => frame,
  path: '/assistants/$assistantId/profiles/new',
  component: lazyRouteComponent(() => import('./features/profiles/new-profile-page.js'), 'NewProfilePage'),
});

const profile = createRoute({
  getParentRoute: () => frame,
  path: '/profiles/$profileId',
  validateSearch: readProfileTab,
  component: lazyRouteComponent(() => import('./profile-with-test.js'), 'ProfileWithTest'),
});

const grants = createRoute({
  getParentRoute: () => frame,
  path: '/assistants/$assistantId/grants',
  validateSearch: (filters): Partial<Record<keyof GrantSearch, unknown>> => filters, // the page reads them with the contract's schema
  component: lazyRouteComponent(() => import('./features/grants/grants-page.js'), 'GrantsPage'),
});

const grant = createRoute({
  getParentRoute: () => frame,
  path: '/grants/$grantId',
  component: lazyRouteComponent(() => import('./features/grants/grant-page.js'), 'GrantPage'),
});

const refresh = createRoute({
  getParentRoute: () => frame,
  path: '/refresh',
  component: lazyRouteComponent(() => import('./features/refresh/refresh-desk-page.js'), 'RefreshDeskPage'),
});

const queues = createRoute({
  getParentRoute: () => frame,
  path: '/queues',
  component: lazyRouteComponent(() => import('./features/queues/queues-page.js'), 'QueuesPage'),
});

const system = createRoute({
  getParentRoute: () => frame,
  path: '/system',
  component: lazyRouteComponent(() => import('./features/system/system-page.js'), 'SystemPage'),
});

const operators = createRoute({
  getParentRoute: () => frame,
  path: '/operators',
  component: lazyRouteComponent(() => import('./features/operators/operators-page.js'), 'OperatorsPage'),
});

const account = createRoute({
  getParentRoute: () => frame,
  path: '/account',
  component: lazyRouteComponent(() => import('./features/operators/account-page.js'), 'AccountPage'),
});

const audit = createRoute({
  getParentRoute: () => frame,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./features/operators/audit-page.js'), 'AuditPage'),
});

/** Pages within the frame, one a line. */
const pages = [
  home,
  assistants,
  runtimeKeys,
  profiles,
  newProfile,
  profile,
  grants,
  grant,
  refresh,
  queues,
  system,
  operators,
  account,
  audit,
] as const;

export const router = createRouter({
  routeTree: root.addChildren([signIn, frame.addChildren(pages)]),
  basepath: '/admin',
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
