import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { applyAuthorization } from '@grantkeeper/core/grants/apply-authorization';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from './support/chromium.js';
import { eventually } from './support/eventually.js';
import type { ReadyAnswer, TokenAsk } from './support/givens.js';
import { PageWatch } from './support/page-watch.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

interface Called {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

describe('a profile with tenancy, additional fields and an authorization field of each type', () => {
  let system: System;
  let provider: ScriptedProvider;
  let api: Server;
  let apiOrigin: string;
  let chromium: Browser;
  let profile: { id: string; revision: number };
  let key: string;
  const calls: Called[] = [];

  beforeAll(async () => {
    api = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      calls.push({ method, url, headers, body: await text(request) });
      response.end('{}');
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    apiOrigin = `http://127.0.0.1:${(api.address() as { port: number }).port}`;
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
    chromium = await launchChromium();
    profile = await system.givenProfile(provider, {
      tenancy: { enabled: true, url: `${apiOrigin}/{tenant}/odata/sap/{{service}}/?$format=json` },
      additionalFields: [
        { key: 'pin', label: 'PIN', hint: 'Four digits, on your card', secret: true, pattern: '[0-9]{4}' },
        { key: 'region', label: 'Region', allowedValues: ['eu', 'us'] },
      ],
      authorizationFields: [
        { fieldType: 'header', key: 'X-Pin', value: '{{pin}}' },
        { fieldType: 'payload', key: 'region', value: '{{region}}-1' },
        { fieldType: 'query', key: 'lang', value: '{{context.lang}}' },
        { fieldType: 'path', key: 'service', value: 'API_{{region}}' },
      ],
      authorizationUrl: `${provider.authorizationUrl}?org={tenant}`,
    });
    key = (await system.givenRuntimeKey()).key;
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
    await new Promise((resolve) => api.close(resolve));
  });

  const ask = async (more: Partial<TokenAsk> & { user: string }) =>
    (await system.askToken({ profile: profile.id, context: { lang: 'de AT' }, ...more }, key)).body;
  const readyFor = async (user: string, more: Partial<TokenAsk> = {}): Promise<ReadyAnswer> => {
    const body = await ask({ user, waitSeconds: 10, ...more });
    if (body.status !== 'ready') throw new Error(JSON.stringify(body));
    return body;
  };

  it('is consented by a person, handed out, and its request reaches the API with every part', async () => {
    const user = randomUUID();
    const opened = await ask({ user });
    const page = await chromium.newPage();
    const watch = new PageWatch(page);
    await page.goto(opened.status === 'ready' ? '' : (opened.signInUrl ?? ''));
    await page.getByLabel('Your organisation at Scripted').fill('Acme#');
    await page.getByLabel('PIN').fill('12');
    await page.getByLabel('Region').selectOption('eu');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('PIN is not in the form that is asked for').waitFor();
    expect(await page.getByLabel('PIN').inputValue()).toBe('');
    expect(await page.getByLabel('Region').inputValue()).toBe('eu');
    await page.getByLabel('Your organisation at Scripted').fill('acme');
    await page.getByLabel('PIN').fill('1234');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(/\/authorize\?org=acme&/);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(watch.complaints.filter((complaint) => complaint.includes(system.publicUrl))).toEqual([]);

    const { request, accessToken } = await readyFor(user);
    expect(request).toEqual({
      baseUrl: `${apiOrigin}/acme/odata/sap/API_eu/?$format=json`,
      headers: { Authorization: `Bearer ${accessToken}`, 'X-Pin': '1234' },
      query: { lang: 'de AT' },
      payload: { region: 'eu-1' },
      path: { service: 'API_eu' },
    });
    const sent = applyAuthorization(request, {
      method: 'POST',
      url: '/items/{service}?top=1',
      body: { kind: 'json', value: { name: 'x' } },
    });
    if (typeof sent === 'string') throw new Error(sent);
    await fetch(sent.url, { method: sent.method, headers: sent.headers, body: sent.body });
    expect(calls.at(-1)).toMatchObject({
      method: 'POST',
      url: '/acme/odata/sap/API_eu/items/API_eu?$format=json&top=1&lang=de%20AT',
      headers: { authorization: `Bearer ${accessToken}`, 'x-pin': '1234', 'content-type': 'application/json' },
      body: '{"name":"x","region":"eu-1"}',
    });
  });

  it('asks the runtime for the context that a field needs, and takes that of the consent where none is sent', async () => {
    const given = { tenant: 'acme', fields: { pin: '1234', region: 'us' } };
    const user = randomUUID();
    const opened = await ask({ user, ...given });
    const page = await chromium.newPage();
    await page.goto(opened.status === 'ready' ? '' : (opened.signInUrl ?? ''));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect((await readyFor(user, { context: { lang: 'fr' } })).request.query).toEqual({ lang: 'fr' });
    expect((await readyFor(user, { context: undefined })).request.query).toEqual({ lang: 'de AT' });
    const { status, body } = await system.askToken({ profile: profile.id, user, context: { lang: 'a', other: 1 } }, key);
    expect([status, body.status]).toEqual([200, 'ready']);
    const wrong = await system.askToken({ profile: profile.id, user, context: {} }, key);
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('"path":"context.lang"')]);

    await repointedOrGrown(user);
  });

  /** What a revision may do to a grant that exists: nothing goes to where its user did not consent to, and what was never asked is asked. */
  async function repointedOrGrown(user: string): Promise<void> {
    const revise = async (patch: unknown) => {
      const { body } = await system.asOperator<{ revision: number }>('GET', `/v1/profiles/${profile.id}`);
      const answer = await system.asOperator('PATCH', `/v1/profiles/${profile.id}`, patch, { 'if-match': `"${body.revision}"` });
      if (answer.status !== 200) throw new Error(answer.text);
    };
    const fields = [{ key: 'pin', secret: true }, { key: 'region' }, { key: 'team' }];
    await revise({
      additionalFields: fields,
      authorizationFields: [{ fieldType: 'header', key: 'X-Team', value: '{{team}}' }],
      tenancy: { url: `${apiOrigin}/{tenant}/v2` },
    });
    expect(await ask({ user })).toMatchObject({
      status: 'reconnect_required',
      reason: 'fields_missing',
      signInUrl: expect.any(String),
    });
    await revise({ authorizationFields: null, tenancy: { url: 'https://{tenant}.evil.example/' } });
    const elsewhere = await ask({ user });
    expect(elsewhere).toMatchObject({ status: 'reconnect_required', reason: 'endpoints_changed' });
    expect(JSON.stringify(elsewhere)).not.toContain('evil');
    await revise({ tenancy: { url: `${apiOrigin}/{tenant}/v2` } });
    await eventually(async () => expect((await readyFor(user)).request.baseUrl).toBe(`${apiOrigin}/acme/v2`));
  }
});
