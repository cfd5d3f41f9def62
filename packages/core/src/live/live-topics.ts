import type { EventType } from '@grantkeeper/contracts/events';
import type { LiveChange, LiveTopic } from '@grantkeeper/contracts/live/http';

const ofRefreshes: readonly EventType[] = [
  'grants.refreshed.v1',
  'grants.refresh-failed.v1',
  'grants.refresh-token-ending.v1',
  'grants.reconnect-required.v1',
  'profiles.resumed.v1',
];
const ofRuntimeKeys: readonly EventType[] = ['assistants.runtime-key-created.v1', 'assistants.runtime-key-revoked.v1'];
const byCapability: Record<string, LiveTopic> = {
  assistants: 'assistants',
  authorizations: 'grants',
  grants: 'grants',
  users: 'grants',
  profiles: 'profiles',
  'test-runs': 'test-runs',
  operators: 'operators',
  queues: 'queues',
};

/** What pages show differently after an event; `stream` names the thing as the event's stream does. */
export function changesOf(event: { type: EventType; stream: string; assistantId: string | null }): LiveChange[] {
  const { type, stream, assistantId } = event;
  const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(stream)?.[0] ?? null;
  if (ofRuntimeKeys.includes(type)) return [{ topic: 'runtime-keys', assistantId, id: null }];
  const capability = type.slice(0, type.indexOf('.'));
  const topic = byCapability[capability];
  const changes: LiveChange[] =
    topic === undefined ? [] : [{ topic, assistantId, id: capability === 'authorizations' ? null : id }];
  if (ofRefreshes.includes(type)) changes.push({ topic: 'refresh', assistantId, id: null });
  return changes;
}

/** One change for each topic and assistant. */
export const byAssistant = (changes: readonly LiveChange[]): LiveChange[] =>
  grouped(changes, ({ topic, assistantId }) => `${topic} ${assistantId}`);

/** At most so many messages at a time; where there is more to tell, each says less. */
const most = 5;

/** Puts changes together: one for each topic and assistant, or where those are too many, one for each topic. */
export function coalesced(changes: readonly LiveChange[]): LiveChange[] {
  const told = byAssistant(changes);
  return told.length <= most ? told : grouped(told, ({ topic }) => topic);
}

function grouped(changes: readonly LiveChange[], keyOf: (change: LiveChange) => string): LiveChange[] {
  const groups = new Map<string, LiveChange>();
  for (const change of changes) {
    const known = groups.get(keyOf(change));
    groups.set(keyOf(change), known ? common(known, change) : change);
  }
  return [...groups.values()];
}

const common = (one: LiveChange, other: LiveChange): LiveChange => ({
  topic: one.topic,
  assistantId: one.assistantId === other.assistantId ? one.assistantId : null,
  id: one.id === other.id ? one.id : null,
});
