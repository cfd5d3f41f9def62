import { type EventType, events } from '@grantkeeper/contracts/events';
import { describe, expect, it } from '@jest/globals';
import { changesOf, coalesced } from './live-topics.js';

const assistantId = '11111111-1111-4111-8111-111111111111';
const id = '22222222-2222-4222-8222-222222222222';
const of = (type: EventType, stream = `grant-${id}`) => changesOf({ type, stream, assistantId });

describe('what an event changes on pages', () => {
  it('is something, whichever event it is', () => {
    for (const type of Object.keys(events) as EventType[]) expect([type, of(type).length > 0]).toEqual([type, true]);
  });

  it('names the thing of its stream, and the refresh desk beside the grant', () => {
    expect(of('grants.refreshed.v1')).toEqual([
      { topic: 'grants', assistantId, id },
      { topic: 'refresh', assistantId, id: null },
    ]);
    expect(of('profiles.revised.v1', `profile-${id}`)).toEqual([{ topic: 'profiles', assistantId, id }]);
    expect(of('assistants.runtime-key-created.v1', `assistant-${assistantId}`)).toEqual([
      { topic: 'runtime-keys', assistantId, id: null },
    ]);
  });
});

describe('changes put together', () => {
  const change = (index: number, assistant: string | null = assistantId) => ({
    topic: 'grants' as const,
    assistantId: assistant,
    id: `id-${index}`,
  });

  it('keep the one thing, and name none of several', () => {
    expect(coalesced([change(1), change(1)])).toEqual([change(1)]);
    expect(coalesced([change(1), change(2)])).toEqual([{ ...change(1), id: null }]);
  });

  it('are few, however many there were', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => change(index, `assistant-${index}`));
    expect(coalesced(many)).toEqual([{ topic: 'grants', assistantId: null, id: null }]);
  });
});
