import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { killAt } from './faults/kills.js';
import { Browser } from './support/browser.js';
import { eventually } from './support/eventually.js';
import { searchTables } from './support/hiding-places.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { SecretSearch } from './support/secret-search.js';
import { type System, startSystem } from './support/system.js';
import { readTestRun, readTestRunEvents, startTestRun, untilTestRun } from './support/test-runs.js';

const canary = `canary-${randomBytes(12).toString('hex')}`;
const over = ['succeeded', 'failed', 'interrupted', 'expired'] as const;

let system: System;
let provider: ScriptedProvider;
let profileId: string;

beforeAll(async () => {
  provider = await startScriptedProvider({ mode: 'strict', canary });
  system = await startSystem({ api: 2 });
  profileId = (await system.givenProfile(provider)).id;
}, 60_000);
afterAll(() => Promise.all([system.stop(), provider.stop()]), 60_000);

/** A run that waits for a person. */
async function awaitingConsent(profile = profileId) {
  const started = await startTestRun(system, profile);
  expect(await untilTestRun(system, started.id)).toMatchObject({ state: 'awaiting_consent', signInUrl: started.signInUrl });
  return started;
}

const secrets = () => new SecretSearch({ 'client secret, code or token': [canary] });
const grantsOf = async (profile: string): Promise<number> =>
  (await system.db.query('SELECT FROM "grant" WHERE profile_id = $1', [profile])).rowCount ?? 0;

describe('a test with a person’s consent', () => {
  it('works to its end, and leaves neither a grant nor a living token', async () => {
    const { id, signInUrl } = await awaitingConsent();
    const asked = provider.tokenRequests().length;
    const page = await new Browser().consent(signInUrl, provider);
    expect(page.text).toContain('The test worked');

    const run = await readTestRun(system, id);
    expect(run).toMatchObject({ state: 'succeeded', diagnosis: null, warnings: [], signInUrl: null, differences: null });
    expect(run.steps.slice(-4).map(({ name, result }) => `${name} ${result}`)).toEqual([
      'callback passed',
      'exchange passed',
      'token passed',
      'throw_away passed',
    ]);
    expect(provider.tokenRequests().length - asked).toBe(1);
    const { issuedAccessTokens, issuedRefreshTokens } = provider.families;
    expect(issuedAccessTokens.some((token) => provider.isAccessTokenAlive(token))).toBe(false);
    expect(issuedRefreshTokens.some((token) => provider.isRefreshTokenAlive(token))).toBe(false);
    expect(await grantsOf(profileId)).toBe(0);
  });

  it('shows each call, and no secret of it, in its answer, its events, its row, and the log', async () => {
    const { id, signInUrl } = await awaitingConsent();
    await new Browser().consent(signInUrl, provider);
    const run = await untilTestRun(system, id, over);
    const calls = run.steps.flatMap((step) => step.calls);
    expect(calls.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'GET 200',
      'POST 400',
      'POST 200',
      'POST 200',
      'POST 200',
      'POST 200',
    ]);
    const exchange = run.steps.find(({ name }) => name === 'exchange')?.calls[0];
    expect(exchange).toMatchObject({
      url: provider.tokenUrl,
      requestHeaders: { authorization: 'Basic [masked]' },
      cut: false,
      failure: null,
    });
    expect(exchange?.requestBody).toContain('&code=[masked]&');
    expect(JSON.parse(exchange?.responseBody ?? '')).toEqual({
      access_token: '[masked]',
      refresh_token: '[masked]',
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read write',
    });
    const search = secrets();
    expect(search.in('answer', JSON.stringify(run))).toEqual([]);
    expect(search.in('events', (await readTestRunEvents(system, id)).text)).toEqual([]);
    expect((await searchTables(system.db, search)).found).toEqual([]);
    expect(system.logs.flatMap(({ text }) => search.in('log', text))).toEqual([]);
    expect(search.in('provider', JSON.stringify(provider.requests))).not.toEqual([]); // the search finds what is there
  });

  it('that a person declines names that', async () => {
    const { id, signInUrl } = await awaitingConsent();
    const page = await new Browser().consent(signInUrl, provider, { deny: true });
    expect(page.text).toContain('The test failed');
    expect(await readTestRun(system, id)).toMatchObject({
      state: 'failed',
      diagnosis: { code: 'access_denied', step: 'callback', field: null },
    });
  });

  it('can be finished by nobody but the browser that began it', async () => {
    const { id, signInUrl } = await awaitingConsent();
    const callback = provider.approve(await new Browser().continueToProvider(signInUrl));
    expect((await new Browser().open(callback, { crossSite: true })).status).toBe(403);
    expect((await readTestRun(system, id)).state).toBe('awaiting_consent');
  });

  it('is a stranger to runtimes', async () => {
    await awaitingConsent();
    const { rows } = await system.db.query<{ id: string }>('SELECT id FROM "authorization" WHERE test_run_id IS NOT NULL');
    const { key } = await system.givenRuntimeKey();
    const answers = await Promise.all(rows.map(({ id }) => system.api('GET', `/v1/authorizations/${id}`, { token: key })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  });

  it.each([
    ['the same person', 'openid'],
    ['somebody who may be the same person', 'read'],
  ])('keeps a working grant of %s at the provider', async (_whose, scope) => {
    const profile = await system.givenProfile(provider, { scope: [{ value: scope }], identityCheck: 'confirm' });
    const { key } = await system.givenRuntimeKey();
    const user = `tests-too-${scope}`;
    const asked = await system.askToken({ profile: profile.id, user }, key);
    if (asked.body.status !== 'consent_required') throw new Error('expected a sign-in link');
    const browser = new Browser();
    const named = await browser.consent(asked.body.signInUrl ?? '', provider, { subject: 'ada' });
    await browser.untilStill(scope === 'openid' ? await browser.submit(named) : named);
    const { id, signInUrl } = await awaitingConsent(profile.id);
    await new Browser().consent(signInUrl, provider, { subject: 'ada' });
    expect((await untilTestRun(system, id, over)).steps.at(-1)).toMatchObject({ name: 'throw_away', result: 'skipped' });
    expect((await system.askToken({ profile: profile.id, user }, key)).body.status).toBe('ready');
  });

  it('takes tenant and fields as a user would give them, asks for what is missing, and shows no secret field', async () => {
    const pin = `pin-${randomBytes(12).toString('hex')}`;
    const profile = await system.givenProfile(provider, {
      tokenUrl: `${provider.tokenUrl}?customer={tenant}&site={site}&pin={pin}`,
      tenancy: { enabled: true, url: `${provider.origin}/api/{tenant}` },
      additionalFields: [
        { key: 'site', label: 'Site' },
        { key: 'pin', label: 'PIN', secret: true },
      ],
    });
    const path = `/v1/profiles/${profile.id}/test-runs`;
    const refused = await system.asOperator<{ errors: { path: string; code: string }[] }>('POST', path, {
      fields: { site: 'one' },
    });
    expect([refused.status, refused.body.errors.map((error) => `${error.path} ${error.code}`)]).toEqual([
      422,
      ['tenant required', 'fields.pin required'],
    ]);
    const { id, signInUrl } = await startTestRun(system, profile.id, { tenant: 'acme', fields: { site: 'one', pin } });
    await untilTestRun(system, id);
    await new Browser().consent(signInUrl, provider);
    const run = await untilTestRun(system, id, over);
    expect(run).toMatchObject({ state: 'succeeded', tenant: 'acme' });
    expect(run.steps.find(({ name }) => name === 'exchange')?.calls[0]?.url).toBe(
      `${provider.tokenUrl}?customer=acme&site=one&pin=[masked]`,
    );
    const search = new SecretSearch({ PIN: [pin] });
    expect(search.in('answer', JSON.stringify(run))).toEqual([]);
    expect(search.in('provider', JSON.stringify(provider.requests))).not.toEqual([]);
  });

  it('tries the next client secret where the present one is refused, and goes on with it in its place', async () => {
    const profile = await system.givenProfile(provider, { clientSecret: 'was-rotated', nextClientSecret: provider.clientSecret });
    const { id, signInUrl } = await awaitingConsent(profile.id);
    const { warnings, profileRevision } = await readTestRun(system, id);
    expect(warnings).toMatchObject([{ code: 'next_secret_taken', field: 'nextClientSecret' }]);
    expect(profileRevision).toBe(2);
    await new Browser().consent(signInUrl, provider);
    expect((await untilTestRun(system, id, over)).state).toBe('succeeded');
    const again = await startTestRun(system, profile.id);
    expect((await untilTestRun(system, again.id)).warnings).toEqual([]);
  });

  it('tells why no refresh token came, and which scopes are missing', async () => {
    const stingy = await startScriptedProvider({ mode: 'strict', refreshTokenNeeds: 'offline_access' });
    const profile = await system.givenProfile(stingy);
    const { id, signInUrl } = await awaitingConsent(profile.id);
    stingy.answerNextToken({ amend: { scope: 'read' } });
    await new Browser().consent(signInUrl, stingy);
    const { state, warnings } = await untilTestRun(system, id, over);
    await stingy.stop();
    expect(state).toBe('succeeded');
    expect(warnings.map(({ code, field, seen }) => [code, field, seen])).toEqual([
      ['no_refresh_token', 'scope', 'neither a scope nor a parameter asked for offline access'],
      ['scopes_missing', 'scope', 'missing: write'],
    ]);
  });
});

describe('what a test tells', () => {
  it('comes as it happens, at any api process, from the beginning for whoever comes late, and ends with the run', async () => {
    provider.latency(500); // so that a step can be seen while it runs
    const { id, signInUrl } = await startTestRun(system, profileId);
    let told = '';
    const early = readTestRunEvents(system, id, 1, (text) => {
      told = text;
    });
    await eventually(() => expect(told).toContain('"state":"awaiting_consent"'));
    await new Browser().consent(signInUrl, provider);
    const { events, headers } = await early;
    provider.latency(0);
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const states = events.filter(({ event }) => event === 'state').map(({ data }) => data.state);
    expect(states[0]).toBe('preflight');
    expect(states.at(-1)).toBe('succeeded');
    expect(states).toContain('awaiting_consent');
    const steps = events.filter(({ event }) => event === 'step').map(({ data }) => `${data.name} ${data.result}`);
    expect(steps).toEqual(expect.arrayContaining(['client running', 'client passed', 'throw_away passed']));
    const late = await readTestRunEvents(system, id, 0);
    expect(late.events.filter(({ event }) => event === 'state')).toMatchObject([
      { data: { state: 'succeeded', signInUrl: null } },
    ]);
  });

  it('says after a failure what differs from the last run that worked', async () => {
    const patched = await system.asOperator<{ revision: number }>(
      'PATCH',
      `/v1/profiles/${profileId}`,
      { clientSecret: 'wrong' },
      { 'if-match': '"1"' },
    );
    const { id } = await startTestRun(system, profileId);
    const { differences, diagnosis } = await untilTestRun(system, id);
    await system.asOperator(
      'PATCH',
      `/v1/profiles/${profileId}`,
      { clientSecret: provider.clientSecret },
      { 'if-match': `"${patched.body.revision}"` },
    );
    expect(diagnosis).toMatchObject({ code: 'wrong_secret' });
    expect(differences).toMatchObject({
      profileRevision: 1,
      changed: ['clientSecret'],
      steps: [{ name: 'client', was: 'passed', is: 'wrong_secret' }, { name: 'revocation' }],
    });
  });

  it('is told to no one of another role, and nothing of what never was', async () => {
    const { body } = await system.asOperator<{ id: string }>('POST', '/v1/operators', {
      email: 'viewer@example.com',
      password: 'a-long-password-1',
      role: 'viewer',
    });
    const session = await system.api('POST', '/v1/session', {
      body: { email: 'viewer@example.com', password: 'a-long-password-1' },
    });
    const cookie = session.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const headers = { origin: system.publicUrl };
    expect(body.id).toBeDefined();
    expect((await system.api('POST', `/v1/profiles/${profileId}/test-runs`, { body: {}, cookie, headers })).status).toBe(403);
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await system.asOperator('POST', `/v1/profiles/${nobody}/test-runs`, {})).status).toBe(404);
    expect((await system.asOperator('GET', `/v1/test-runs/${nobody}/events`)).status).toBe(404);
    const { status, body: problem } = await system.asOperator<{ errors: object[] }>(
      'POST',
      `/v1/profiles/${profileId}/test-runs`,
      { no: 1 },
    );
    expect([status, problem.errors]).toMatchObject([422, [{ path: 'no', code: 'unknown_member' }]]);
  });

  it('stands in the audit', async () => {
    const { id } = await startTestRun(system, profileId);
    const { body } = await system.asOperator<{ items: object[] }>('GET', '/v1/audit?limit=1');
    expect(body.items).toMatchObject([{ action: 'test-runs.start', subject: `profile:${profileId}`, detail: { testRunId: id } }]);
  });
});

describe('a test that does not come to its end (StartTestRun anew)', () => {
  it('is replaced by the next one of the same operator, and its link says so', async () => {
    const first = await awaitingConsent();
    await awaitingConsent();
    expect((await readTestRun(system, first.id)).state).toBe('expired');
    expect((await new Browser().open(first.signInUrl)).text).toContain('a newer one has replaced it');
  });

  it('expires when nobody consents', async () => {
    const { id } = await awaitingConsent();
    await system.db.query(`UPDATE test_run SET expires_at = now() WHERE id = $1`, [id]);
    expect((await untilTestRun(system, id, over)).state).toBe('expired');
  });

  it('sends nothing more once the profile is another', async () => {
    const { id, signInUrl } = await awaitingConsent();
    const browser = new Browser();
    const callback = provider.approve(await browser.continueToProvider(signInUrl));
    const { body } = await system.asOperator<{ revision: number }>('GET', `/v1/profiles/${profileId}`);
    await system.asOperator(
      'PATCH',
      `/v1/profiles/${profileId}`,
      { description: 'another' },
      { 'if-match': `"${body.revision}"` },
    );
    const asked = provider.tokenRequests().length;
    await browser.untilStill(await browser.open(callback, { crossSite: true }));
    expect(await untilTestRun(system, id, over)).toMatchObject({ state: 'failed', diagnosis: { code: 'profile_revised' } });
    expect(provider.tokenRequests()).toHaveLength(asked);
  });

  it('because its worker died is interrupted and can be repeated; a token that had come is stored nowhere, and its code never sent again', async () => {
    const [worker] = system.workers;
    if (!worker) throw new Error('this system has no worker');
    await worker.stop();
    let check = { id: '', signInUrl: '' };
    await killAt(worker, 'test-run.after-mark', async () => {
      check = await startTestRun(system, profileId);
    });
    await worker.start({ failPoint: 'test-run.after-answer:kill' });
    await system.db.query(`UPDATE test_run SET sent_at = sent_at - interval '26 s' WHERE id = $1`, [check.id]); // the clock moves on
    expect((await untilTestRun(system, check.id, over)).state).toBe('interrupted');

    const { id, signInUrl } = await awaitingConsent();
    const browser = new Browser();
    const callback = provider.approve(await browser.continueToProvider(signInUrl));
    const asked = provider.tokenRequests({ code: new URL(callback).searchParams.get('code') ?? '' });
    expect(asked).toEqual([]);
    const page = browser.open(callback, { crossSite: true });
    await eventually(() => expect(worker.isRunning).toBe(false), { withinMs: 20_000 });
    await worker.start();
    await system.db.query(`UPDATE test_run SET sent_at = sent_at - interval '26 s' WHERE id = $1`, [id]);
    expect((await untilTestRun(system, id, over)).state).toBe('interrupted');
    expect(provider.tokenRequests({ code: new URL(callback).searchParams.get('code') ?? '' })).toHaveLength(1);
    expect(await grantsOf(profileId)).toBe(0);
    expect((await searchTables(system.db, secrets())).found).toEqual([]);
    const { rows } = await system.db.query('SELECT code, code_verifier FROM "authorization" WHERE test_run_id = $1', [id]);
    expect(rows).toEqual([{ code: null, code_verifier: null }]);

    expect((await browser.untilStill(await page)).text).toContain('The test was interrupted');
    const again = await awaitingConsent();
    await new Browser().consent(again.signInUrl, provider);
    expect((await untilTestRun(system, again.id, over)).state).toBe('succeeded');
  }, 60_000);
});
