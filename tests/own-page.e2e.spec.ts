import { randomUUID } from 'node:crypto';
import type { UserLink } from '@grantkeeper/contracts/users/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('the user’s own page (MintUserLink, Disconnect, ChangeFields)', () => {
  let system: System;
  let provider: ScriptedProvider;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const openPage = async ({ user, key }: GivenGrant) => {
    const { body } = await system.api<UserLink>('POST', '/v1/users/links', { body: { user }, token: key });
    const browser = new Browser();
    return { browser, page: await browser.open(body.url) };
  };
  const ask = ({ profile, user, key }: GivenGrant) => system.askToken({ profile: profile.id, user }, key);

  it('shows who was handed a token; Disconnect ends the grant at once, also at the provider, and says so', async () => {
    const grant = await system.givenGrant(provider);
    const { browser, page } = await openPage(grant);
    expect(page.text).toMatch(/Scripted.*Handed a token in the last 90 days Runtime .* last .* UTC.*read.*write/);
    expect(page.html).not.toContain(grant.ready.accessToken);

    const after = await browser.untilStill(await browser.submit(page, {}, 'Disconnect Scripted'));

    expect(after.text).toContain('Scripted has been told and has ended the access');
    expect(after.text).toContain('is not connected to anything for you');
    expect(provider.isAccessTokenAlive(grant.ready.accessToken)).toBe(false);
    expect((await ask(grant)).body.status).toBe('consent_required');
  });

  it('says where the provider could not be told', async () => {
    const profile = await system.givenProfile(provider, { advanced: { revocationUrl: undefined } });
    const grant = await system.givenGrant(provider, { profile });
    const { browser, page } = await openPage(grant);
    const after = await browser.untilStill(await browser.submit(page));
    expect(after.text).toContain('could not be told');
    expect(provider.isAccessTokenAlive(grant.ready.accessToken)).toBe(true);
    expect((await ask(grant)).body.status).toBe('consent_required');
  });

  it('says while the provider is still being told, and then what it said', async () => {
    const grant = await system.givenGrant(provider);
    const { browser, page } = await openPage(grant);
    await provider.goDown();
    const pending = await browser.submit(page);
    expect(pending.text).toContain('is being told');
    expect((await ask(grant)).body.status).toBe('consent_required');
    await provider.comeUp();
    expect((await browser.untilStill(pending)).text).toContain('has ended the access');
  });

  describe('lets the user change what they once said', () => {
    const fields = {
      additionalFields: [{ key: 'pin', secret: true, pattern: '[0-9]{4}' }, { key: 'site', label: 'Site' }, { key: 'area' }],
      authorizationFields: [
        { fieldType: 'header', key: 'X-Pin', value: '{{pin}}' },
        { fieldType: 'query', key: 'site', value: '{{site}}' },
      ],
      advanced: { apiBaseUrl: 'https://{{area}}.api.test/v1' },
    };
    async function given() {
      const profile = await system.givenProfile(provider, fields);
      const { key } = await system.givenRuntimeKey();
      const user = `user-${randomUUID()}`;
      const ask = { profile: profile.id, user, fields: { pin: '1234', site: 'north', area: 'eu' } };
      const { body } = await system.askToken(ask, key);
      if (body.status === 'ready' || !body.signInUrl) throw new Error('expected a link');
      await new Browser().consent(body.signInUrl, provider);
      const request = async () => {
        const { body: answer, text } = await system.askToken({ ...ask, waitSeconds: 10 }, key);
        if (answer.status !== 'ready') throw new Error(`expected a token: ${text}`);
        return answer.request;
      };
      await request();
      const minted = await system.api<UserLink>('POST', '/v1/users/links', { body: { user }, token: key });
      const browser = new Browser();
      const page = await browser.open(minted.body.url);
      const path = /href="([^"]+\/fields\/[^"]+)"/.exec(page.html)?.[1] ?? '';
      return { request, browser, url: new URL(path, minted.body.url).href };
    }

    it('from the next hand-out on; secrets are not shown and stay where they are left empty', async () => {
      const { request, browser, url } = await given();
      const page = await browser.open(url);
      expect(page.html).toContain('north');
      expect(page.html).not.toContain('1234');
      expect((await browser.submit(page, { 'field.pin': '', 'field.site': 'south' }, 'Save')).text).toContain('Your connections');
      expect(await request()).toMatchObject({ headers: { 'X-Pin': '1234' }, query: { site: 'south' } });
      await browser.submit(await browser.open(url), { 'field.pin': '9876', 'field.site': 'south' }, 'Save');
      expect(await request()).toMatchObject({ headers: { 'X-Pin': '9876' }, query: { site: 'south' } });
    });

    it('by the rules of each field, and nothing that would lead a token elsewhere', async () => {
      const { request, browser, url } = await given();
      const page = await browser.open(url);
      expect(page.html).not.toContain('field.area');
      const refused = await browser.submit(page, { 'field.pin': '12345', 'field.site': 'south', 'field.area': 'evil' }, 'Save');
      expect(refused).toMatchObject({ status: 422, text: expect.stringContaining('pin is not in the form that is asked for') });
      expect(refused.html).not.toContain('12345');
      await browser.submit(refused, { 'field.pin': '4321', 'field.site': 'south', 'field.area': 'evil' }, 'Save');
      expect(await request()).toMatchObject({ baseUrl: 'https://eu.api.test/v1', headers: { 'X-Pin': '4321' } });
    });

    it('from its own page only, and only their own', async () => {
      const { request, browser, url } = await given();
      const sent = await fetch(url, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'cross-site' },
        body: new URLSearchParams({ 'field.site': 'evil', 'field.pin': '6666' }),
        redirect: 'manual',
      });
      expect(sent.status).toBe(403);
      const other = await given();
      const anothers = `${url.slice(0, url.indexOf('fields/'))}${other.url.slice(other.url.indexOf('fields/'))}`;
      expect((await browser.open(anothers)).status).toBe(404);
      const form = new URLSearchParams({ 'field.site': 'evil', 'field.pin': '6666' });
      await fetch(anothers, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' }, body: form, redirect: 'manual' });
      expect(await other.request()).toMatchObject({ headers: { 'X-Pin': '1234' }, query: { site: 'north' } });
      expect(await request()).toMatchObject({ headers: { 'X-Pin': '1234' }, query: { site: 'north' } });
    });
  });
});
