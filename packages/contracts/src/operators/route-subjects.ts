/** What a path names first: its assistant's roles count there. A path that names none of them concerns the whole installation. */
export const routeSubjects = {
  assistant: '/v1/assistants/:assistantId',
  profile: '/v1/profiles/:id',
  grant: '/v1/grants/:id',
  'test-run': '/v1/test-runs/:id',
  'runtime-key': '/v1/runtime-keys/:id',
} as const;
export type RouteSubject = keyof typeof routeSubjects;

/** The object of an assistant that a route's path names, and the name of its parameter; null where it names none. */
export function subjectOf(path: string): { kind: RouteSubject; parameter: string } | null {
  for (const [kind, start] of Object.entries(routeSubjects))
    if (path === start || path.startsWith(`${start}/`))
      return { kind: kind as RouteSubject, parameter: start.slice(start.indexOf(':') + 1) };
  return null;
}
