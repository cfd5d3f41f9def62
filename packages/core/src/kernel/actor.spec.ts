import { describe, expect, it } from '@jest/globals';
import { type Actor, actorName } from './actor.js';

describe('an actor’s name', () => {
  it.each<[Actor, string]>([
    [{ kind: 'operator', id: 'o1', role: 'admin', assistantRoles: [] }, 'operator:o1'],
    [{ kind: 'runtime', id: 'k1', assistantId: 'a1', profiles: null }, 'runtime:k1'],
    [{ kind: 'user' }, 'user'],
    [{ kind: 'worker' }, 'worker'],
  ])('tells who acted: %j', (actor, name) => expect(actorName(actor)).toBe(name));
});
