import { describe, expect, it } from '@jest/globals';
import type { ProfileDefinition } from '../profiles/profile.js';
import { type ComparedRun, differencesSince } from './differences.js';

const definition = { tokenUrl: 'https://a.example.com/token', scope: [], advanced: {} } as unknown as ProfileDefinition;
const worked: ComparedRun = {
  id: 'a7e2c1d0-0000-4000-8000-000000000001',
  at: new Date('2026-01-01T00:00:00Z'),
  revision: 3,
  tenant: 'acme',
  definition,
  clientSecretSetAt: new Date(0),
  steps: [
    { name: 'client', result: 'passed', diagnosis: null, ms: 1 },
    { name: 'token', result: 'passed', diagnosis: null, ms: 1 },
  ],
};

describe('what differs from the last run that worked', () => {
  it('is nothing where nothing differs', () =>
    expect(differencesSince(worked, worked)).toEqual({
      testRunId: worked.id,
      at: '2026-01-01T00:00:00.000Z',
      profileRevision: 3,
      changed: [],
      steps: [],
    }));

  it('is each member of the profile, the secret too, and each step that ended otherwise', () => {
    const now: ComparedRun = {
      ...worked,
      definition: { ...definition, tokenUrl: 'https://b.example.com/token', advanced: { pkce: 'off' } } as ProfileDefinition,
      clientSecretSetAt: null,
      tenant: 'globex',
      steps: [
        { name: 'client', result: 'failed', diagnosis: 'wrong_secret', ms: 1 },
        { name: 'revocation', result: 'passed', diagnosis: null, ms: 1 },
      ],
    };
    expect(differencesSince(worked, now)).toMatchObject({
      changed: ['tokenUrl', 'advanced.pkce', 'clientSecret', 'tenant'],
      steps: [
        { name: 'client', was: 'passed', is: 'wrong_secret' },
        { name: 'revocation', was: 'not tested', is: 'passed' },
      ],
    });
  });
});
