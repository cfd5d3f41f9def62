import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the worker says of itself: `down` makes it not ready, `degraded` is named and ready. */
export interface Health {
  down: string[];
  degraded: string[];
}

/** GET /health/live and /health/ready, and nothing else. */
export class HealthServer {
  private readonly server: Server;

  constructor(health: () => Promise<Health>) {
    this.server = createServer((request, response) => {
      const answer = (status: number, body: object): void => {
        response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
      };
      if (request.method !== 'GET') return answer(405, { status: 'method not allowed' });
      if (request.url === '/health/live') return answer(200, { status: 'live' });
      if (request.url !== '/health/ready') return answer(404, { status: 'not found' });
      void health()
        .catch(() => ({ down: ['health'], degraded: [] }))
        .then(({ down, degraded }) =>
          answer(down.length > 0 ? 503 : 200, { status: down.length > 0 ? 'not ready' : 'ready', down, degraded }),
        );
    });
  }

  /** Listens and answers the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
