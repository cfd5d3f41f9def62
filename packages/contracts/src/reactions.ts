import type { DomainEvent, EventOf, EventType } from './events.js';
import { type Job, type JobName, jobs as known } from './jobs.js';

type Reaction<T extends EventType> = (event: EventOf<T>) => Job[];
const none = (): Job[] => [];

const revokeUpstream = (revocationId: string | null): Job[] =>
  revocationId === null ? [] : [{ name: 'grants.revoke-upstream', payload: { revocationId } }];
const exchange = ({ authorizationId }: { authorizationId: string }): Job[] => [
  { name: 'authorizations.exchange', payload: { authorizationId } },
];

/** A failed job as it was, if there still is such a job and it takes such a payload. */
function asJob({ name, payload }: { name: string; payload: unknown }): Job[] {
  if (!Object.hasOwn(known, name) || !known[name as JobName].payload.safeParse(payload).success) return [];
  return [{ name, payload } as Job];
}

/** THE MAP: which jobs follow from which event. Complete by type: a new event without a row does not compile. */
export const reactions: { [T in EventType]: Reaction<T> } = {
  'assistants.created.v1': none,
  'assistants.renamed.v1': none,
  'assistants.deleted.v1': none,
  'assistants.runtime-key-created.v1': none,
  'assistants.runtime-key-revoked.v1': none,
  'authorizations.opened.v1': none,
  'authorizations.code-received.v1': exchange,
  'authorizations.awaiting-verifier.v1': none,
  'authorizations.verified.v1': exchange,
  'authorizations.confirming.v1': none,
  'authorizations.consented.v1': none,
  'authorizations.denied.v1': none,
  'authorizations.failed.v1': none,
  'authorizations.outcome-unknown.v1': none,
  'authorizations.answered-late.v1': ({ revocationId }) => revokeUpstream(revocationId),
  'authorizations.expired.v1': none,
  'authorizations.abandoned.v1': none,
  'authorizations.wrong-person.v1': none,
  'grants.consented.v1': none,
  'grants.reconnected.v1': none,
  'grants.held.v1': none,
  'grants.refresh-wanted.v1': ({ grantId, version }) => [{ name: 'grants.refresh', payload: { grantId, version } }],
  'grants.refreshed.v1': none,
  'grants.refresh-failed.v1': none,
  'grants.refresh-token-ending.v1': none,
  'grants.reconnect-required.v1': none,
  'grants.other-account-allowed.v1': none,
  'grants.fields-changed.v1': none,
  'grants.rebound.v1': none,
  'grants.ended.v1': ({ revocationId }) => revokeUpstream(revocationId),
  'grants.revoked-upstream.v1': none,
  'operators.created.v1': none,
  'operators.changed.v1': none,
  'operators.deleted.v1': none,
  'operators.api-token-created.v1': none,
  'operators.api-token-revoked.v1': none,
  'operators.session-ended.v1': none,
  'profiles.created.v1': none,
  'profiles.revised.v1': none,
  'profiles.secret-promoted.v1': none,
  'profiles.origins-approved.v1': ({ profileId }) => [{ name: 'profiles.rebind-grants', payload: { profileId } }],
  'profiles.disabled.v1': none,
  'profiles.enabled.v1': none,
  'profiles.archived.v1': none,
  'profiles.restored.v1': none,
  'profiles.resumed.v1': none,
  'profiles.deletion-requested.v1': ({ profileId }) => [{ name: 'profiles.delete-grants', payload: { profileId } }],
  'profiles.deleted.v1': none,
  'users.link-minted.v1': none,
  'test-runs.started.v1': ({ testRunId }) => [{ name: 'test-runs.check', payload: { testRunId } }],
  'test-runs.awaiting-consent.v1': none,
  'test-runs.code-received.v1': ({ testRunId }) => [{ name: 'test-runs.exchange', payload: { testRunId } }],
  'test-runs.succeeded.v1': none,
  'test-runs.failed.v1': none,
  'test-runs.interrupted.v1': none,
  'test-runs.expired.v1': none,
  'queues.paused.v1': none,
  'queues.resumed.v1': none,
  'queues.retried.v1': ({ jobs }) => jobs.flatMap(asJob),
};

/** The jobs that one event asks for. */
export function jobsFor(event: DomainEvent): Job[] {
  const reaction = reactions[event.type] as (event: DomainEvent) => Job[];
  return reaction(event);
}
