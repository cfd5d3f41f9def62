import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface EchoReplica {
  name: string;
  /** False: /health/ready answers 503. */
  isReady: boolean;
  /** How long the next answers take. */
  answerAfterMs: number;
  requests: number;
  stop(): Promise<void>;
}

export interface Echo {
  replica: string;
  headers: IncomingHttpHeaders;
}

/** Stands where an api replica stands and answers with what it was sent, so that a proxy's doings can be seen. */
export async function startEchoReplica(name: string, address: string, port: number): Promise<EchoReplica> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/health/ready') return void response.writeHead(replica.isReady ? 200 : 503).end();
    replica.requests += 1;
    const echo: Echo = { replica: name, headers: request.headers };
    setTimeout(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(echo)),
      replica.answerAfterMs,
    );
  });
  const replica: EchoReplica = {
    name,
    isReady: true,
    answerAfterMs: 0,
    requests: 0,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(port, address);
  await once(server, 'listening');
  return replica;
}
