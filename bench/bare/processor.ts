// What a refresh is compared with: the same queues with the same settings, whose processor makes the same HTTP call and nothing else.
import { Agent, request } from 'node:http';
import { consume } from '@grantkeeper/platform/queues/queues';

const { REDIS_URL = '', QUEUE_PREFIX = '', QUEUES = '', TOKEN_URL = '' } = process.env;
const agent = new Agent({ keepAlive: true });
const authorization = `Basic ${Buffer.from(`bench:${'s'.repeat(43)}`).toString('base64')}`;

const consumers = QUEUES.split(',').map((queue) =>
  consume(
    queue as Parameters<typeof consume>[0],
    { redisUrl: REDIS_URL, databaseUrl: '', prefix: QUEUE_PREFIX },
    async ({ id = '' }) => {
      JSON.parse(await post(`grant_type=refresh_token&refresh_token=${id}`));
    },
    (error) => process.stderr.write(`${error.message}\n`),
  ),
);
process.stdout.write(`${JSON.stringify({ msg: 'ready' })}\n`);
process.once('SIGTERM', () => void Promise.all(consumers.map((consumer) => consumer.close())).then(() => process.exit(0)));

function post(body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
    const sent = request(TOKEN_URL, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
