import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveChange } from '@grantkeeper/contracts/live/http';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
let url: string;
beforeAll(async () => {
  api = await RunningApi.start();
  await api.app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(api.app.getHttpServer().address() as AddressInfo).port}/v1/live`;
});
afterAll(() => api.stop());

interface Watch {
  status: number;
  changes: LiveChange[];
  isOver: () => boolean;
  close: () => void;
}

/** Watches as the holder of a token, until closed; on a connection of its own, as fetch keeps others ready. */
async function watch(token: string): Promise<Watch> {
  const request = get(url, { agent: false, headers: { authorization: `Bearer ${token}` } });
  request.on('error', () => undefined);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const changes: LiveChange[] = [];
  let text = '';
  answer.setEncoding('utf8').on('error', () => undefined);
  answer.on('data', (chunk: string) => {
    const messages = (text + chunk).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^event: changed\ndata: (.*)$/m.exec(message)?.[1];
      if (data !== undefined) changes.push(JSON.parse(data));
    }
  });
  return { status: answer.statusCode ?? 0, changes, isOver: () => answer.closed, close: () => request.destroy() };
}
const topics = ({ changes }: Watch): string[] => changes.map(({ topic }) => topic);

describe('changes as they happen', () => {
  it('reach whoever watches, with the assistant and the thing', async () => {
    const watching = await watch(api.token);
    const assistantId = await api.givenAssistant();
    const { id } = await api.givenProfile(assistantId);
    await eventually(() => expect(watching.changes).toContainEqual({ topic: 'profiles', assistantId, id }));
    await eventually(() => expect(topics(watching)).toContain('audit'));
    watching.close();
  });

  it('that are committed after later ones are told too', async () => {
    const watching = await watch(api.token);
    const late = await api.db.connect();
    await late.query('BEGIN');
    const insert = (type: string) =>
      [
        `INSERT INTO event (stream, type, payload, actor, correlation_id) VALUES ('x', $1, '{}', 'worker', 'spec')`,
        [type],
      ] as const;
    await late.query(insert('test-runs.started.v1')[0], [...insert('test-runs.started.v1')[1]]);
    await api.db.query(insert('operators.created.v1')[0], [...insert('operators.created.v1')[1]]);
    await eventually(() => expect(topics(watching)).toContain('operators'));
    expect(topics(watching)).not.toContain('test-runs');
    await late.query('COMMIT');
    late.release();
    await eventually(() => expect(topics(watching)).toContain('test-runs'));
    watching.close();
  });

  it('are told to nobody who may not see them', async () => {
    const viewer = await api.givenOperator('viewer');
    const [seeing, watching] = [await watch(api.token), await watch(viewer.token)];
    await api.givenOperator('viewer');
    await api.givenAssistant();
    await eventually(() => expect(topics(seeing)).toEqual(expect.arrayContaining(['operators', 'audit', 'assistants'])));
    await eventually(() => expect(topics(watching)).toContain('assistants'));
    expect(topics(watching)).not.toContain('operators');
    expect(topics(watching)).not.toContain('audit');
    for (const one of [seeing, watching]) one.close();
  });

  it('are few, however much happens', async () => {
    const watching = await watch(api.token);
    await api.db.query(
      `INSERT INTO event (stream, type, payload, actor, correlation_id)
       SELECT 'grant-' || gen_random_uuid(), 'grants.refreshed.v1', '{}', 'worker', 'spec' FROM generate_series(1, 5000)`,
    );
    await eventually(() => expect(topics(watching)).toEqual(expect.arrayContaining(['grants', 'refresh'])));
    expect(watching.changes.length).toBeLessThan(25);
    watching.close();
  });

  it('end for everybody when the process stops', async () => {
    const stopping = await RunningApi.start();
    await stopping.app.listen(0, '127.0.0.1');
    const before = url;
    url = `http://127.0.0.1:${(stopping.app.getHttpServer().address() as AddressInfo).port}/v1/live`;
    const watching = await watch(stopping.token);
    url = before;
    await stopping.stop();
    await eventually(() => expect(watching.isOver()).toBe(true));
  });

  it('are carried to so many places of one operator, and no more', async () => {
    const operator = await api.givenOperator('viewer');
    const all = await Promise.all(Array.from({ length: 11 }, () => watch(operator.token)));
    expect(all.map(({ status }) => status).sort()).toEqual([...Array(10).fill(200), 429]);
    for (const one of all) one.close();
    await eventually(async () => {
      const again = await watch(operator.token);
      again.close();
      expect(again.status).toBe(200);
    });
  });
});
