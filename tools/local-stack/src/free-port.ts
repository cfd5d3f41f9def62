import { createServer } from 'node:net';

/** A port of the loopback address that was free a moment ago; the caller copes with losing it. */
export function freePort(): Promise<number> {
  return listenOnce(0, '127.0.0.1');
}

/** True when nobody listens on the port, on this machine's loopback addresses or on all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1', '::', '0.0.0.0']) {
    try {
      await listenOnce(port, host);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
      // no IPv6 on this machine: nobody can be there
    }
  }
  return true;
}

/** The wanted port, or the next one that is free; any for 0. */
export async function portFrom(wanted: number): Promise<number> {
  if (wanted === 0) return freePort();
  for (let port = wanted; port < Math.min(wanted + 100, 65_536); port += 1) if (await isPortFree(port)) return port;
  return freePort();
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
