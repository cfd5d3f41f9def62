import { randomUUID } from 'node:crypto';
import { noteFailedJob } from '@grantkeeper/platform/queues/failed-jobs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await RunningApi.start();
});
afterAll(() => api.stop());

const givenFailed = async (): Promise<{ grantId: string; id: string }> => {
  const grantId = randomUUID();
  const payload = { grantId, version: 1 };
  await noteFailedJob(api.db, {
    name: 'grants.refresh-due',
    payload,
    reason: 'grants.refresh-due failed',
    correlationId: 'spec',
  });
  const { rows } = await api.db.query<{ id: string }>(`SELECT id FROM failed_job WHERE payload ->> 'grantId' = $1`, [grantId]);
  return { grantId, id: rows[0]?.id as string };
};
const audited = async (action: string): Promise<number> =>
  (await api.db.query('SELECT FROM audit WHERE action = $1', [action])).rowCount ?? 0;

describe('the queues', () => {
  it('are told with their depth, and what carries them', async () => {
    const { status, body } = await api.call('GET', '/v1/queues');
    expect(status).toBe(200);
    expect(body).toMatchObject({ backend: process.env.GK_TEST_REDIS_URL ? 'redis' : 'postgresql', reachable: true });
    expect(body.queues.map(({ name }: { name: string }) => name)).toContain('refresh-due');
    expect(body.queues[0]).toMatchObject({
      waiting: 0,
      active: 0,
      oldestWaitingSeconds: null,
      unqueued: 0,
      failed: 0,
      pausedAt: null,
    });
    expect(body.queues[0].lastMinutes).toHaveLength(10);
  });

  it('PauseQueue: are paused and resumed by operators, once however often it is asked, and it is audited', async () => {
    for (const _ of [1, 2]) {
      const { status, body } = await api.call('POST', '/v1/queues/refresh-due/pause');
      expect([status, body]).toEqual([
        200,
        { name: 'refresh-due', pausedAt: expect.any(String), pausedBy: expect.stringMatching(/^operator:/) },
      ]);
    }
    const { body } = await api.call('GET', '/v1/queues');
    expect(body.queues.find(({ name }: { name: string }) => name === 'refresh-due').pausedAt).toEqual(expect.any(String));
    for (const _ of [1, 2]) expect((await api.call('POST', '/v1/queues/refresh-due/resume')).body.pausedAt).toBeNull();
    expect([await audited('queues.pause'), await audited('queues.resume')]).toEqual([1, 1]);
  });

  it('are neither seen nor steered by viewers and authors', async () => {
    for (const role of ['viewer', 'author'] as const) {
      const { token } = await api.givenOperator(role);
      expect((await api.call('GET', '/v1/queues', { token })).status).toBe(403);
      expect((await api.call('POST', '/v1/queues/test/pause', { token })).status).toBe(403);
    }
  });

  it('that nobody knows are not found', async () => {
    for (const [method, path] of [
      ['GET', 'nothing/failed'],
      ['POST', 'nothing/pause'],
      ['POST', 'nothing/resume'],
    ] as const)
      expect((await api.call(method, `/v1/queues/${path}`)).body.code).toBe('queues.not-found');
  });
});

describe('failed jobs', () => {
  it('are listed, the latest first, with their ids and how often they failed, page by page', async () => {
    const first = await givenFailed();
    const second = await givenFailed();
    const { body } = await api.call('GET', '/v1/queues/refresh-due/failed?limit=1');
    expect(body.items).toEqual([
      expect.objectContaining({
        id: second.id,
        job: 'grants.refresh-due',
        payload: { grantId: second.grantId, version: 1 },
        times: 1,
        retriedAt: null,
      }),
    ]);
    const next = await api.call('GET', `/v1/queues/refresh-due/failed?limit=1&cursor=${body.nextCursor}`);
    expect(next.body.items).toEqual([expect.objectContaining({ id: first.id })]);
    expect(next.body.nextCursor).toBeNull();
  });

  it('RetryFailedJobs: one is queued again as it was, and stays listed until it succeeds', async () => {
    const { id, grantId } = await givenFailed();
    const { status, body } = await api.call('POST', '/v1/queues/refresh-due/failed/retry', { body: { jobId: id } });
    expect([status, body]).toEqual([202, { retried: 1, left: 0 }]);
    const { rows } = await api.db.query(`SELECT name, payload FROM job WHERE payload ->> 'grantId' = $1`, [grantId]);
    expect(rows).toEqual([{ name: 'grants.refresh-due', payload: { grantId, version: 1 } }]);
    const { rows: kept } = await api.db.query('SELECT retried_at FROM failed_job WHERE id = $1', [id]);
    expect(kept).toEqual([{ retried_at: expect.any(Date) }]);
    expect(await audited('queues.retry')).toBe(1);
  });

  it('RetryFailedJobs: all of a queue are queued again', async () => {
    const { body } = await api.call('POST', '/v1/queues/refresh-due/failed/retry', { body: {} });
    expect(body).toEqual({ retried: 3, left: 0 });
  });

  it('RetryFailedJobs: one that is not there, or of another queue, is not found', async () => {
    const { id } = await givenFailed();
    for (const [queue, jobId] of [
      ['refresh-due', randomUUID()],
      ['test', id],
    ])
      expect((await api.call('POST', `/v1/queues/${queue}/failed/retry`, { body: { jobId } })).body.code).toBe(
        'queues.job-not-found',
      );
  });
});
