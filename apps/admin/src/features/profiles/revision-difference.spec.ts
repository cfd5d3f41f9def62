import { describe, expect, it } from '@jest/globals';
import { fullProfile } from './full-profile.fixture.js';
import { definitionOf, differenceBetween } from './revision-difference.js';

const definition = definitionOf(fullProfile);

describe('the difference of two revisions', () => {
  it('of the same definition is none', () => expect(differenceBetween(definition, structuredClone(definition))).toEqual([]));

  it('names each field with what it was and is, rows one below the other', () => {
    const after = {
      ...definition,
      scope: [{ value: 'read' }],
      advanced: { ...definition.advanced, pkce: undefined, limits: { inFlight: 9 } },
    };
    expect(differenceBetween(definition, after)).toEqual([
      { field: 'scope', before: 'value: read\nkey: prompt · value: consent', after: 'value: read' },
      { field: 'advanced.pkce', before: 'off', after: '' },
      { field: 'advanced.limits.inFlight', before: '5', after: '9' },
      { field: 'advanced.limits.perSecond', before: '2.5', after: '' },
    ]);
  });

  it('tells that a secret was set anew, never the secret', () => {
    const after = { ...definition, clientSecretSetAt: '2026-12-01T00:00:00.000Z' };
    expect(differenceBetween(definition, after)).toEqual([
      { field: 'clientSecretSetAt', before: '2026-11-01T10:00:00.000Z', after: '2026-12-01T00:00:00.000Z' },
    ]);
  });
});
