import { once } from 'node:events';
import { Unavailable } from '@grantkeeper/core/kernel/request.errors';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { storedProfile, storedTestRun } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';
import { TestRunEvents } from './test-run-events.js';

let api: RunningApi;
let events: TestRunEvents;
beforeAll(async () => {
  api = await RunningApi.start();
  events = api.app.get(TestRunEvents);
});
afterAll(() => api.stop());

const givenRun = async (): Promise<string> => storedTestRun(api.db, await storedProfile(api.db), { state: 'awaiting_consent' });

describe('streams of test runs', () => {
  it('are 100 at a time in one process; a closed one makes room', async () => {
    const id = await givenRun();
    const streams = await Promise.all(Array.from({ length: 100 }, () => events.open(id)));
    await expect(events.open(id)).rejects.toBeInstanceOf(Unavailable);
    for (const stream of streams) stream.destroy();
    await Promise.all(streams.map((stream) => stream.closed || once(stream, 'close')));
    const again = await events.open(id);
    again.destroy();
  });

  it('tell of a change of which no notification came, and end with the run', async () => {
    const id = await givenRun();
    const stream = await events.open(id);
    let told = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    await eventually(() => expect(told).toContain('"state":"awaiting_consent"'));
    await api.db.query(`UPDATE test_run SET state = 'expired', ended_at = now() WHERE id = $1`, [id]);
    await once(stream, 'close');
    expect(told).toContain('"state":"expired"');
  });
});
