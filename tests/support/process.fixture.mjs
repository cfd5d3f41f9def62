// Stands in for an api or worker: says that it is ready, publishes a step on each line of SIGUSR2, drains on SIGTERM.
import { channel } from 'node:diagnostics_channel';
import { createServer } from 'node:http';

if (process.env.FAIL_AT_START) {
  console.error('DATABASE_URL is missing');
  process.exit(1);
}
const server = createServer((_, response) => response.end('here')).listen(Number(process.env.PORT), '127.0.0.1', () => {
  console.log(JSON.stringify({ level: 30, msg: 'ready' }));
});
process.on('SIGUSR2', () => channel('grantkeeper:step').publish({ step: 'fixture.signalled', id: '1' }));
process.on('SIGTERM', () => process.env.IGNORE_SIGTERM || server.close());
