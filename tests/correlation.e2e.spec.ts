import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

describe('one correlation id goes from the request to the provider', () => {
  let system: System;
  let provider: ScriptedProvider;
  let grant: GivenGrant;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
    grant = await system.givenGrant(provider);
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const linesOf = (correlationId: string) => system.logs.filter(({ json }) => json?.correlationId === correlationId);
  const askAs = (correlationId: string) =>
    system.api('POST', '/v1/token', {
      body: { profile: grant.profile.id, user: grant.user },
      token: grant.key,
      headers: { 'x-correlation-id': correlationId },
    });

  it('through the api’s line, the job’s and the call’s, when an ask needs a refresh', async () => {
    await expireToken(system, grant.ready.grantId);

    expect((await askAs('trace-of-a-refresh')).headers.get('x-correlation-id')).toBe('trace-of-a-refresh');

    await eventually(() => {
      expect(linesOf('trace-of-a-refresh').map(({ process, json }) => ({ process, ...json }))).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ process: 'api', msg: 'request', route: '/v1/token', status: 200 }),
          expect.objectContaining({ process: 'worker', msg: 'job done', job: 'grants.refresh' }),
          expect.objectContaining({
            process: 'worker',
            msg: 'provider call',
            kind: 'grants.refresh',
            provider: new URL(provider.tokenUrl).host,
            result: 'answered',
            status: 200,
            grantId: grant.ready.grantId,
            ms: expect.any(Number),
          }),
        ]),
      );
    });
  });

  it('with one line for each call to the provider, which names neither path nor answer', () => {
    const calls = system.logs.filter(({ json }) => json?.msg === 'provider call');
    expect(calls).toHaveLength(provider.tokenRequests().length);
    for (const { json } of calls) {
      const { time, process, level, name, ...fields } = json as Record<string, unknown>;
      expect(Object.keys(fields).sort()).toEqual(
        expect.arrayContaining(['correlationId', 'kind', 'ms', 'msg', 'provider', 'result', 'status']),
      );
      expect(JSON.stringify(fields)).not.toContain(new URL(provider.tokenUrl).pathname);
    }
  });

  it('and what the sweeper finds by itself has one of its own', async () => {
    await expireToken(system, grant.ready.grantId);
    await system.db.query('UPDATE "grant" SET due_at = now(), queued_until = NULL WHERE id = $1', [grant.ready.grantId]);

    await eventually(() => {
      const calls = system.logs.filter(
        ({ json }) => json?.msg === 'provider call' && String(json.correlationId).startsWith('sweep-'),
      );
      expect(calls).toHaveLength(1);
      expect(linesOf(String(calls[0]?.json?.correlationId)).map(({ json }) => json?.msg)).toContain('job done');
    });
  });
});
