import { type AddressInfo, connect } from 'node:net';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

const request = (path: string, token: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`;

it('a request that comes on a busy connection while the process stops is answered like any other, and is the last one', async () => {
  const api = await RunningApi.start();
  await api.app.listen(0, '127.0.0.1');
  const server = api.app.getHttpServer();
  const lock = await api.db.connect();
  await lock.query('BEGIN');
  await lock.query('LOCK TABLE assistant IN ACCESS EXCLUSIVE MODE');

  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  socket.write(request('/v1/assistants', api.token));
  await eventually(async () => {
    const { rowCount } = await lock.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = 'assistant'::regclass`);
    expect(rowCount).toBe(1);
  });
  const closed = api.app.close();
  await eventually(() => expect(server.listening).toBe(false));
  socket.write(request('/v1/operators', api.token));
  await lock.query('COMMIT');
  await closed;
  await eventually(() => expect(socket.readableEnded).toBe(true));

  expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect(heard.slice(heard.lastIndexOf('HTTP/1.1'))).toMatch(/^connection: close$/im);
  lock.release();
  await api.db.end();
  await api.database.drop();
});
