import { originsOf, type ProfileDefinition } from './profile.js';

/** One revision of a profile, as far as it says where secrets and tokens go. */
export interface RevisionOfOrigins {
  by: string;
  definition: ProfileDefinition;
}

/**
 * Who brought in the origins that a profile names now: for each, the last revision that added it. The first revision adds none: no grant is older. `revisions`
 * are all of them, oldest first; the last one is the profile as it stands.
 */
export function authorsOfOrigins(revisions: readonly RevisionOfOrigins[]): string[] {
  const authors = new Map<string, string>();
  let before: string[] = [];
  revisions.forEach(({ by, definition }, index) => {
    const now = originsOf(definition);
    for (const origin of before) if (!now.includes(origin)) authors.delete(origin);
    for (const origin of now) if (index > 0 && !before.includes(origin)) authors.set(origin, by);
    before = now;
  });
  return [...new Set(authors.values())];
}
