import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { runInThisContext } from 'node:vm';

/** What a scripted server does with each connection once it is there. */
export type Script = (socket: Socket) => void;

/** Reads one of the fixtures beside this file. */
export const fixture = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Runs with variables set in the environment that node itself reads: `process.env` of a spec is a copy made by the test runner. */
export async function withEnvironment(variables: Record<string, string>, run: () => Promise<void>): Promise<void> {
  const environment: NodeJS.ProcessEnv = runInThisContext('process.env');
  const kept = Object.keys(variables).map((name) => [name, environment[name]] as const);
  Object.assign(environment, variables);
  try {
    await run();
  } finally {
    for (const [name, value] of kept) {
      if (value === undefined) delete environment[name];
      else environment[name] = value;
    }
  }
}

/** A server on loopback that says exactly the bytes it is told to, and keeps what it was sent. */
export class ScriptedServer {
  received = '';
  readonly sockets: Socket[] = [];

  private constructor(private readonly server: Server) {}

  static async start(script: Script, host = '127.0.0.1', port = 0, tls?: TlsOptions): Promise<ScriptedServer> {
    const server = tls ? createTlsServer(tls) : createTcpServer();
    const scripted = new ScriptedServer(server);
    server.on('connection', (socket: Socket) => {
      scripted.sockets.push(socket);
      socket.on('error', () => {});
    });
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        scripted.received += chunk.toString('latin1');
      });
      script(socket);
    });
    server.on('tlsClientError', () => {});
    server.listen(port, host);
    await once(server, 'listening');
    return scripted;
  }

  /** A server with the certificate of that fixture. */
  static startTls(script: Script, certificate: string, options: TlsOptions = {}): Promise<ScriptedServer> {
    return ScriptedServer.start(script, '127.0.0.1', 0, {
      cert: fixture(certificate),
      key: fixture('server-key.pem'),
      ...options,
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/token?assertion=canary-query`;
  }

  /** Resolves when the connection made as the n-th is over on both sides. */
  async closed(index = 0): Promise<void> {
    const socket = this.sockets[index];
    if (socket && !socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    if (this.server.listening) await once(this.server, 'close');
  }
}

/** Says the text as soon as a whole request head is there. */
export function saying(...parts: (string | Buffer)[]): Script {
  return (socket) => onRequest(socket, () => socket.end(Buffer.concat(parts.map((part) => Buffer.from(part)))));
}

/** Calls back when the end of the request's head has come. */
export function onRequest(socket: Socket, then: () => void): void {
  let head = '';
  socket.on('data', (chunk) => {
    const wasComplete = head.includes('\r\n\r\n');
    head += chunk.toString('latin1');
    if (!wasComplete && head.includes('\r\n\r\n')) then();
  });
}

/** Writes a piece again and again, until the other side has had enough. */
export function trickle(socket: Socket, piece: () => string, everyMs = 10): void {
  const timer = setInterval(() => socket.write(piece()), everyMs);
  socket.on('close', () => clearInterval(timer));
}
