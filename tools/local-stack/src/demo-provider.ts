import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdapterFactory, Provider } from 'oidc-provider';
import pg from 'pg';
import { type DemoClient, demoConfiguration } from './demo/configuration.js';
import { answerInteraction } from './demo/interactions.js';
import { type DemoKeys, type DemoUser, demoUsers, makeDemoKeys } from './demo/keys.js';
import { memoryArtifacts } from './demo/memory-artifacts.js';
import { errorPage, sendPage } from './demo/pages.js';
import { postgresArtifacts } from './demo/postgres-artifacts.js';
import { redirectNotices } from './demo/quiet-notices.js';
import { logRequest, type RequestLine } from './demo/request-log.js';

export interface DemoProviderOptions {
  /** 0 picks a free one. */
  port: number;
  redirectUris: string[];
  accessTokenSeconds: number;
  adapter: 'memory' | { databaseUrl: string };
  /** What a later start must find again; made anew without it. */
  keys?: DemoKeys;
  extraClients?: DemoClient[];
  requestLog?: (line: RequestLine) => void;
  /** Hears oidc-provider's notices and failures. */
  diagnostics?: (text: string) => void;
}

export interface DemoProvider {
  issuer: string;
  authorizationUrl: string;
  tokenUrl: string;
  userinfoUrl: string;
  revocationUrl: string;
  introspectionUrl: string;
  /** Authenticates with client_secret_basic; `<clientId>-post` is the same client with client_secret_post. */
  clientId: string;
  clientSecret: string;
  users: DemoUser[];
  port: number;
  stop(): Promise<void>;
}

export const demoClientId = 'grantkeeper-demo';

/** Starts a real authorization server (oidc-provider) with two users, our own sign-in and consent pages and strict refresh token rotation. */
export async function startDemoProvider(options: DemoProviderOptions): Promise<DemoProvider> {
  const keys = options.keys ?? makeDemoKeys();
  const users = demoUsers(keys);
  const server = createServer();
  const port = await listen(server, options.port);
  const issuer = `http://127.0.0.1:${port}`;
  const storage = await openStorage(options.adapter);
  const tell = options.diagnostics ?? (() => undefined);
  redirectNotices(tell);
  const { Provider } = await import('oidc-provider'); // not earlier: it speaks while it loads
  const clients: DemoClient[] = [
    {
      clientId: demoClientId,
      clientSecret: keys.clientSecret,
      redirectUris: options.redirectUris,
      authentication: 'client_secret_basic',
    },
    {
      clientId: `${demoClientId}-post`,
      clientSecret: keys.clientSecret,
      redirectUris: options.redirectUris,
      authentication: 'client_secret_post',
    },
    ...(options.extraClients ?? []),
  ];
  const { accessTokenSeconds } = options;
  const provider = new Provider(
    issuer,
    demoConfiguration({ adapter: storage.adapter, keys, users, clients, accessTokenSeconds }),
  );
  provider.on('server_error', (_ctx, error) => tell(`server_error ${error.stack ?? error.message}`));
  server.on('request', (request, response) => void answer(provider, users, options.requestLog, tell, request, response));
  const url = (path: 'authorization' | 'token' | 'userinfo' | 'revocation' | 'introspection') =>
    `${issuer}${provider.pathFor(path)}`;
  return {
    issuer,
    authorizationUrl: url('authorization'),
    tokenUrl: url('token'),
    userinfoUrl: url('userinfo'),
    revocationUrl: url('revocation'),
    introspectionUrl: url('introspection'),
    clientId: demoClientId,
    clientSecret: keys.clientSecret,
    users,
    port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await storage.close();
    },
  };
}

async function answer(
  provider: Provider,
  users: readonly DemoUser[],
  requestLog: DemoProviderOptions['requestLog'],
  tell: (text: string) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (requestLog) await logRequest(request, provider.pathFor('token'), requestLog);
    if (!(await answerInteraction(provider, users, request, response))) await provider.callback()(request, response);
  } catch (error) {
    tell(`failed ${request.method} ${request.url?.split('?')[0]} ${error instanceof Error ? error.stack : String(error)}`);
    if (response.headersSent) response.destroy();
    else sendPage(response, 500, errorPage('The demo provider has a problem.'));
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function openStorage(choice: DemoProviderOptions['adapter']): Promise<{ adapter: AdapterFactory; close(): Promise<void> }> {
  if (choice === 'memory') return { adapter: memoryArtifacts(), close: async () => undefined };
  const pool = new pg.Pool({ connectionString: choice.databaseUrl, max: 5 });
  pool.on('error', () => undefined); // an idle connection lost with a restarting database; the next query opens another
  return { adapter: await postgresArtifacts(pool), close: () => pool.end() };
}
