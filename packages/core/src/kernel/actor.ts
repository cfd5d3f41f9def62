import type { Roles } from '@grantkeeper/contracts/operators/http';

/** Who acts. A runtime's `id` is its key's; `profiles` null means all of its assistant's. */
export type Actor =
  | ({ kind: 'operator'; id: string } & Roles)
  | { kind: 'runtime'; id: string; assistantId: string; profiles: string[] | null }
  | { kind: 'user' }
  | { kind: 'worker' };

/** The actor as events and the audit name it. */
export function actorName(actor: Actor): string {
  return actor.kind === 'operator' || actor.kind === 'runtime' ? `${actor.kind}:${actor.id}` : actor.kind;
}
