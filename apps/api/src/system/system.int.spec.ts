import { systemSchema } from '@grantkeeper/contracts/system/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstOperator, publicUrl, RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await RunningApi.start();
});
afterAll(() => api.stop());

describe('the system page’s answer', () => {
  it('tells versions, health, keys and projections', async () => {
    await api.givenProfile(await api.givenAssistant());
    const { status, body } = await api.call('GET', '/v1/system');
    expect(status).toBe(200);
    expect(systemSchema.parse(body)).toMatchObject({
      versions: {
        grantkeeper: expect.stringMatching(/^\d/),
        node: process.versions.node,
        postgresql: expect.stringMatching(/^\d/),
      },
      health: { status: 'ready', degraded: expect.arrayContaining(['workers']) },
      workers: [],
      keys: {
        master: [{ id: 'test', inRing: true, current: true, dataKeys: 1 }],
        data: { current: 1, superseded: 0, oldestCurrentAt: expect.any(String) },
        toRewrap: { values: 0, countedAt: null },
      },
      migrations: { pending: false },
    });
    expect(body.projections.map(({ name }: { name: string }) => name)).toEqual(['refresh_activity']);
  });

  it('names settings and shows no secret', async () => {
    const { body, text } = await api.call('GET', '/v1/system');
    expect(body.settings).toEqual(
      expect.arrayContaining([
        { name: 'PUBLIC_URL', value: publicUrl, secret: false, set: true },
        { name: 'KEY_RING', value: null, secret: true, set: true },
        { name: 'DATABASE_URL', value: null, secret: true, set: true },
      ]),
    );
    expect(text).not.toContain(firstOperator.password);
    expect(text).not.toContain('postgresql://');
  });

  it('is for operators and admins', async () => {
    const { token } = await api.givenOperator('author');
    expect((await api.call('GET', '/v1/system', { token })).status).toBe(403);
  });
});
