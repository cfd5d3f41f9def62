import { noteWorker } from '@grantkeeper/platform/settings/worker-seen';
import { inSeconds, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

describe('/health/ready names what is amiss and stays 200, because the API serves all the same', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());

  const ready = async () => {
    const { status, body } = await api.call('GET', '/health/ready', { token: null });
    return [status, body];
  };

  it('no worker', async () => {
    expect(await ready()).toEqual([200, { status: 'ready', degraded: ['workers'] }]);
    await noteWorker(api.db);
    expect(await ready()).toEqual([200, { status: 'ready', degraded: [] }]);
  });

  it('a refresh that has been due for more than a minute', async () => {
    const grant = await storedGrant(api.db, await storedProfile(api.db), { due_at: inSeconds(-50) });
    expect(await ready()).toEqual([200, { status: 'ready', degraded: [] }]);
    await api.db.query(`UPDATE "grant" SET due_at = now() - interval '61 s' WHERE id = $1`, [grant.id]);
    expect(await ready()).toEqual([200, { status: 'ready', degraded: ['late_refreshes'] }]);
    await api.db.query('DELETE FROM "grant"');
  });

  it('a migration that the database lacks', async () => {
    await api.db.query('DELETE FROM migration WHERE id = (SELECT max(id) FROM migration)');
    expect(await ready()).toEqual([200, { status: 'ready', degraded: ['migrations'] }]);
  });
});
