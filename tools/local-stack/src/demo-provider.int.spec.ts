import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDemoKeys } from './demo/keys.js';
import { PageWalker } from './demo/page-walker.js';
import { type DemoProvider, startDemoProvider } from './demo-provider.js';
import { type RunningPostgres, startPostgres } from './postgres.js';

const callback = 'http://localhost:4000/callback/demo';

describe('the demo provider on PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gk demo '));
  const keys = makeDemoKeys();
  let postgres: RunningPostgres;
  let databaseUrl: string;
  let port = 0;

  beforeAll(async () => {
    postgres = await startPostgres({ dataDir: folder, settings: { fsync: 'off' } });
    databaseUrl = await postgres.createDatabase('demo_provider');
  }, 30_000);
  afterAll(async () => {
    await postgres.stop();
    rmSync(join(postgres.dataDir), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<DemoProvider> {
    const provider = await startDemoProvider({
      port,
      redirectUris: [callback],
      accessTokenSeconds: 600,
      adapter: { databaseUrl },
      keys,
    });
    port = provider.port;
    return provider;
  }
  async function token(
    provider: DemoProvider,
    form: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, string> }> {
    const client = { client_id: `${provider.clientId}-post`, client_secret: provider.clientSecret };
    const response = await fetch(provider.tokenUrl, { method: 'POST', body: new URLSearchParams({ ...form, ...client }) });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }
  function authorizationUrl(provider: DemoProvider): string {
    const parameters = {
      response_type: 'code',
      client_id: `${provider.clientId}-post`,
      redirect_uri: callback,
      scope: 'openid',
      prompt: 'consent',
    };
    return `${provider.authorizationUrl}?${new URLSearchParams(parameters)}`;
  }

  it('still knows sessions, codes and refresh tokens, and what was used up, after a restart', async () => {
    const browser = new PageWalker(callback);
    const first = await start();
    const signIn = await browser.walk(authorizationUrl(first));
    const consent = await browser.walk(`${signIn.url}/login`, { login: 'ada', password: keys.passwords.ada ?? '' });
    const code = new URL((await browser.walk(`${consent.url}/allow`, {})).url).searchParams.get('code') ?? '';
    await first.stop();

    const second = await start();
    const exchanged = await token(second, { grant_type: 'authorization_code', code, redirect_uri: callback });
    expect(exchanged.status).toBe(200);
    const used = exchanged.body.refresh_token ?? '';
    const refreshed = await token(second, { grant_type: 'refresh_token', refresh_token: used });
    expect(refreshed.status).toBe(200);
    await second.stop();

    const third = await start();
    expect((await browser.walk(authorizationUrl(third))).text).toContain('Ada Lovelace');
    const fresh = await token(third, { grant_type: 'refresh_token', refresh_token: refreshed.body.refresh_token ?? '' });
    expect(fresh.status).toBe(200);
    expect((await token(third, { grant_type: 'refresh_token', refresh_token: used })).body).toMatchObject({
      error: 'invalid_grant',
    });
    await third.stop();
  }, 30_000);
});
