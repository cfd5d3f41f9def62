import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { DiagnosisCode } from '@grantkeeper/contracts/test-runs/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Dialect } from './support/scripted-provider/refusals.js';
import type { ScriptedAnswer } from './support/scripted-provider/scripted-answer.js';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { startTestRun, untilTestRun } from './support/test-runs.js';

const certificates = new URL('../packages/outbound/test-fixtures/', import.meta.url);
const certificate = (name: string): Buffer => readFileSync(new URL(name, certificates));

let system: System;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  system = await startSystem({ env: { NODE_EXTRA_CA_CERTS: fileURLToPath(new URL('authority.pem', certificates)) } });
}, 60_000);
afterAll(() => Promise.all([system.stop(), ...stops.map((stop) => stop())]), 60_000);

async function givenProvider(options: Partial<ScriptedProviderOptions> = {}): Promise<ScriptedProvider> {
  const provider = await startScriptedProvider({ mode: 'strict', ...options });
  stops.push(() => provider.stop());
  return provider;
}

/** A host whose certificate is this. */
async function tlsHost(name: string): Promise<string> {
  const server = createServer({ cert: certificate(name), key: certificate('server-key.pem') }, (_request, response) =>
    response.end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
}

interface Seeded {
  name: string;
  provider?: Partial<ScriptedProviderOptions>;
  /** What the author got wrong. */
  profile?: (provider: ScriptedProvider) => object | Promise<object>;
  /** What the provider does once the profile is saved. */
  script?: (provider: ScriptedProvider) => void;
  code: DiagnosisCode;
  field: string | null;
}

const dialects: Dialect[] = ['plain', 'google', 'microsoft', 'github', 'slack', 'salesforce'];
const inEachDialect = (one: Seeded, but: Dialect[] = []): Seeded[] =>
  dialects
    .filter((dialect) => !but.includes(dialect))
    .map((dialect) => ({ ...one, name: `${one.name}, told as ${dialect} tells it`, provider: { ...one.provider, dialect } }));
const answering = (answer: ScriptedAnswer) => (provider: ScriptedProvider) => provider.answerNextToken(answer);

const seeded: Seeded[] = [
  ...inEachDialect({
    name: 'a wrong secret',
    profile: () => ({ clientSecret: 'wrong' }),
    code: 'wrong_secret',
    field: 'clientSecret',
  }),
  ...inEachDialect(
    { name: 'an unknown client', profile: () => ({ clientId: 'no-such-client' }), code: 'unknown_client', field: 'clientId' },
    ['github'],
  ),
  {
    name: 'an unknown client as a path that does not exist, where nothing else is said of it (github)',
    provider: { dialect: 'github' },
    profile: () => ({ clientId: 'no-such-client' }),
    code: 'wrong_path',
    field: 'authorizationUrl',
  },
  ...inEachDialect({
    name: 'a callback URL that is not registered',
    provider: { redirectUris: ['https://elsewhere.example.com/callback'] },
    code: 'redirect_uri_not_registered',
    field: 'callbackUrl',
  }),
  {
    name: 'a secret sent as the provider does not want it',
    provider: { clientAuthentication: ['client_secret_post'] },
    code: 'client_authentication_refused',
    field: 'advanced.clientAuthentication',
  },
  {
    name: 'a secret that is not sent at all',
    profile: () => ({ clientSecret: undefined, advanced: { clientAuthentication: { method: 'none' } } }),
    code: 'client_authentication_refused',
    field: 'advanced.clientAuthentication',
  },
  {
    name: 'a host that does not exist',
    profile: () => ({ tokenUrl: 'https://no-such-host.invalid/token' }),
    code: 'dns',
    field: 'tokenUrl',
  },
  {
    name: 'a port where nobody listens',
    profile: () => ({ tokenUrl: 'http://127.0.0.1:1/token' }),
    code: 'connect',
    field: 'tokenUrl',
  },
  {
    name: 'a token URL with a wrong path',
    profile: ({ origin }) => ({ tokenUrl: `${origin}/tokens` }),
    code: 'wrong_path',
    field: 'tokenUrl',
  },
  {
    name: 'an authorization URL with a wrong path',
    profile: ({ origin }) => ({ authorizationUrl: `${origin}/authorise` }),
    code: 'wrong_path',
    field: 'authorizationUrl',
  },
  {
    name: 'a refresh URL with a wrong path',
    profile: ({ origin }) => ({ refreshUrl: `${origin}/refresh` }),
    code: 'wrong_path',
    field: 'refreshUrl',
  },
  {
    name: 'a revocation URL with a wrong path',
    profile: ({ origin }) => ({ advanced: { revocationUrl: `${origin}/revocation` } }),
    code: 'wrong_path',
    field: 'advanced.revocationUrl',
  },
  {
    name: 'an expired certificate',
    profile: async () => ({ tokenUrl: await tlsHost('expired.pem') }),
    code: 'tls_expired',
    field: 'tokenUrl',
  },
  {
    name: 'a certificate for another host',
    profile: async () => ({ tokenUrl: await tlsHost('other-host.pem') }),
    code: 'tls_wrong_host',
    field: 'tokenUrl',
  },
  {
    name: 'a self-signed certificate',
    profile: async () => ({ tokenUrl: await tlsHost('self-signed.pem') }),
    code: 'tls_untrusted',
    field: 'tokenUrl',
  },
  {
    name: 'https at a port that speaks http',
    profile: ({ tokenUrl }) => ({ tokenUrl: tokenUrl.replace('http:', 'https:') }),
    code: 'tls_failed',
    field: 'tokenUrl',
  },
  { name: 'a sign-in page or proxy', script: answering('html-200'), code: 'page_instead_of_json', field: 'tokenUrl' },
  { name: 'a redirect', script: answering('redirect-307'), code: 'redirected', field: 'tokenUrl' },
  { name: 'a rate limit', script: answering(429), code: 'rate_limited', field: null },
  { name: 'a provider that is down', script: answering(503), code: 'provider_down', field: null },
  { name: 'a connection that is cut', script: answering('half-answer'), code: 'connection_cut', field: 'tokenUrl' },
  { name: 'a flood', script: answering('huge'), code: 'answer_too_large', field: 'tokenUrl' },
  { name: 'a flood in disguise', script: answering('gzip-bomb'), code: 'answer_too_large', field: 'tokenUrl' },
  {
    name: 'an answer that says nothing',
    script: answering({ status: 200, body: {} }),
    code: 'unreadable_answer',
    field: 'tokenUrl',
  },
  {
    name: 'a lie: a token for a code that was made up',
    script: answering({ status: 200, body: { access_token: 'made-up', token_type: 'Bearer' } }),
    code: 'made_up_code_accepted',
    field: 'tokenUrl',
  },
  { name: 'an endpoint of another format', script: answering(415), code: 'request_format_refused', field: 'tokenUrl' },
  {
    name: 'a client without the authorization code grant',
    script: answering({ status: 400, body: { error: 'unauthorized_client' } }),
    code: 'grant_type_refused',
    field: 'tokenUrl',
  },
  { name: 'a scope that does not exist', provider: { scopes: ['read'] }, code: 'scope_refused', field: 'scope' },
  { name: 'PKCE where it is refused', provider: { pkce: 'refused' }, code: 'pkce_refused', field: 'advanced.pkce' },
  {
    name: 'no PKCE where it is required',
    provider: { pkce: 'required' },
    profile: () => ({ advanced: { pkce: 'off' } }),
    code: 'pkce_required',
    field: 'advanced.pkce',
  },
  {
    name: 'a discovery document of another issuer',
    profile: ({ discoveryUrl }) => ({ advanced: { discoveryUrl } }),
    script: (provider) =>
      provider.answerNextGet('/.well-known/openid-configuration', {
        status: 200,
        body: { issuer: 'https://elsewhere.example.com' },
      }),
    code: 'issuer_mismatch',
    field: 'advanced.discoveryUrl',
  },
];

/** Saves the profile, presses Test and waits. */
async function tested({
  provider: options,
  profile = () => ({}),
  script = () => undefined,
}: Omit<Seeded, 'name' | 'code' | 'field'>) {
  const provider = await givenProvider(options);
  const made = await system.givenProfile(provider, { ...(await profile(provider)) });
  script(provider);
  const startedAt = performance.now();
  const run = await untilTestRun(system, (await startTestRun(system, made.id)).id);
  return { run, profile: made, provider, ms: performance.now() - startedAt };
}

const hostile: [string, (provider: ScriptedProvider) => void][] = [
  ['tokenUrl', answering('hang')],
  ['tokenUrl', answering('trickle')],
  ['tokenUrl', answering('slow-headers')],
  ['authorizationUrl', (provider) => provider.answerNextGet('/authorize', 'hang')],
];
/** Under way while the others are tested: they take their time. */
let hanging: Promise<Awaited<ReturnType<typeof tested>>[]>;
beforeAll(() => {
  hanging = Promise.all(hostile.map(([, script]) => tested({ script })));
  hanging.catch(() => undefined); // told where it is awaited
});

describe('Test, without a user and within 3 s,', () => {
  it.each(seeded)('names $name', async ({ code, field, ...one }) => {
    const { run, ms } = await tested(one);
    const { state, diagnosis } = run;
    expect({ state, code: diagnosis?.code, field: diagnosis?.field }).toEqual({ state: 'failed', code, field });
    expect(ms).toBeLessThan(3_000);
  });

  it('names a secret that a revision has cleared', async () => {
    const { profile, provider } = await tested({});
    const elsewhere = await givenProvider({ clientId: provider.clientId });
    await system.asOperator('PATCH', `/v1/profiles/${profile.id}`, { tokenUrl: elsewhere.tokenUrl }, { 'if-match': '"1"' });
    const run = await untilTestRun(system, (await startTestRun(system, profile.id)).id);
    expect(run).toMatchObject({ state: 'failed', diagnosis: { code: 'secret_missing', field: 'clientSecret' } });
    expect(elsewhere.requests).toEqual([]);
  });

  it('finds nothing wrong with what is right, and sends no code twice', async () => {
    const { run, provider } = await tested({});
    expect(run).toMatchObject({ state: 'awaiting_consent', diagnosis: null, warnings: [] });
    expect(run.steps.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'discovery skipped',
      'authorization passed',
      'client passed',
      'refresh skipped',
      'revocation passed',
    ]);
    expect(provider.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /authorize',
      'POST /revoke',
      'POST /token',
    ]);
  });

  it('tells of clocks that differ', async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    const { run } = await tested({ script: answering({ status: 400, headers: { date }, body: { error: 'invalid_grant' } }) });
    expect(run).toMatchObject({
      state: 'awaiting_consent',
      warnings: [{ code: 'clock_differs', seen: 'the provider’s clock is 60 minutes behind' }],
    });
  });

  it('tells what discovery says otherwise, and where that explains a failure, at the failure', async () => {
    const { run } = await tested({
      profile: ({ origin, discoveryUrl }) => ({ tokenUrl: `${origin}/tokens`, advanced: { discoveryUrl } }),
    });
    expect(run.diagnosis).toMatchObject({ code: 'wrong_path', field: 'tokenUrl' });
    expect(run.diagnosis?.seen).toMatch(/discovery tells http:\/\/127\.0\.0\.1:\d+\/token$/);
    expect(run.warnings.map(({ code }) => code)).toEqual(['discovery_differs']);
  });
});

describe('Test, where the provider hangs or trickles,', () => {
  it('ends within 20 s with a diagnosis', async () => {
    const ended = await hanging;
    expect(ended.map(({ run }) => `${run.state} ${run.diagnosis?.code} ${run.diagnosis?.field}`)).toEqual(
      hostile.map(([field]) => `failed no_answer ${field}`),
    );
    expect(Math.max(...ended.map(({ ms }) => ms))).toBeLessThan(20_000);
  });
});
