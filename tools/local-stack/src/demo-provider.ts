import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdapterFactory, Configuration, Provider } from 'oidc-provider';
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
  /** Where further redirect URIs may begin, so that profiles made later can use the demo's clients too. */
  redirectPrefix?: string;
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
  redirectNotices(options.diagnostics ?? (() => undefined));
  const oidc = await import('oidc-provider'); // not earlier: it speaks while it loads
  const keys = options.keys ?? makeDemoKeys();
  const storage = await openStorage(options.adapter);
  const server = createServer();
  const stop = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await storage.close();
  };
  try {
    const port = await listen(server, options.port);
    const issuer = `http://127.0.0.1:${port}`;
    const provider = new oidc.Provider(issuer, configure(options, keys, storage.adapter));
    if (options.redirectPrefix !== undefined) allowBelow(provider, options.redirectPrefix);
    serve(server, provider, demoUsers(keys), options);
    return { ...describe(provider), clientSecret: keys.clientSecret, users: demoUsers(keys), port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configure(options: DemoProviderOptions, keys: DemoKeys, adapter: AdapterFactory): Configuration {
  const { redirectUris, accessTokenSeconds } = options;
  const { clientSecret } = keys;
  const clients: DemoClient[] = [
    { clientId: demoClientId, clientSecret, redirectUris, authentication: 'client_secret_basic' },
    { clientId: `${demoClientId}-post`, clientSecret, redirectUris, authentication: 'client_secret_post' },
    ...(options.extraClients ?? []),
  ];
  return demoConfiguration({ adapter, keys, users: demoUsers(keys), clients, accessTokenSeconds });
}

/** oidc-provider compares redirect URIs exactly, as it should; its documented way to let in more is this method of its clients. */
function allowBelow(provider: Provider, prefix: string): void {
  const { prototype } = provider.Client;
  const isRegistered = prototype.redirectUriAllowed;
  prototype.redirectUriAllowed = function (uri) {
    return uri.startsWith(prefix) || isRegistered.call(this, uri);
  };
}

function describe(provider: Provider) {
  const url = (path: 'authorization' | 'token' | 'userinfo' | 'revocation' | 'introspection') =>
    `${provider.issuer}${provider.pathFor(path)}`;
  return {
    issuer: provider.issuer,
    authorizationUrl: url('authorization'),
    tokenUrl: url('token'),
    userinfoUrl: url('userinfo'),
    revocationUrl: url('revocation'),
    introspectionUrl: url('introspection'),
    clientId: demoClientId,
  };
}

function serve(server: Server, provider: Provider, users: readonly DemoUser[], options: DemoProviderOptions): void {
  const tell = options.diagnostics ?? (() => undefined);
  const handle = provider.callback();
  provider.on('server_error', (_ctx, error) => tell(`server_error ${error.stack ?? error.message}`));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (options.requestLog) await logRequest(request, provider.pathFor('token'), options.requestLog);
    if (!(await answerInteraction(provider, users, request, response))) await handle(request, response);
  };
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      tell(`failed ${request.method} ${request.url?.split('?')[0]} ${error instanceof Error ? error.stack : String(error)}`);
      if (response.headersSent) response.destroy();
      else sendPage(response, 500, errorPage('The demo provider has a problem.'));
    });
  });
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
