import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import type { TokenAsk } from './support/givens.js';
import { prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

describe('a profile with tenants and additional fields', () => {
  let system: System;
  let provider: ScriptedProvider;
  let profile: string;
  let key: string;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
    const made = await system.givenProfile(provider, {
      tenancy: { enabled: true, url: 'https://{tenant}.service.example/api' },
      additionalFields: [
        { key: 'shop', label: 'Shop', suffix: '.shop.example' },
        { key: 'pin', label: 'PIN', secret: true, pattern: '[0-9]{4}' },
        { key: 'edition', value: 'pro' },
      ],
      authorizationUrl: `${provider.authorizationUrl}?org={tenant}&shop={{shop}}&trace={{context.trace.id}}&asked=a%20b`,
      tokenUrl: `${provider.tokenUrl}?org={tenant}&pin={{pin}}&edition={{edition}}`,
      refreshUrl: `${provider.tokenUrl}?refresh={tenant}&pin={{pin}}`,
      advanced: { revocationUrl: `${provider.revocationUrl}?org={tenant}` },
    });
    profile = made.id;
    key = (await system.givenRuntimeKey()).key;
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  const context = { trace: { id: 'trace 1&2' } };
  const anAsk = (more: Partial<TokenAsk> = {}): TokenAsk => ({ profile, user: `user-${randomUUID()}`, context, ...more });
  const linkFor = async (ask: TokenAsk) => {
    const { body, text } = await system.askToken(ask, key);
    if (body.status !== 'consent_required' || !body.signInUrl) throw new Error(text);
    return body.signInUrl;
  };
  const given = { tenant: 'acme', fields: { shop: 'mine', pin: '1234' } };
  const consented = async (ask: TokenAsk) => {
    const consent = await prepareConsent(system, provider, { ...ask, key });
    await consent.browser.untilStill(await consent.deliver());
    const { body, text } = await system.askToken({ ...ask, waitSeconds: 10 }, key);
    if (body.status !== 'ready') throw new Error(text);
    return body;
  };
  const tenantsOf = async (user: string) => {
    const { body } = await system.api<{ items: { tenant: string }[] }>('GET', `/v1/grants?user=${user}`, { token: key });
    return body.items.map(({ tenant }) => tenant).sort();
  };

  it('asks the user for what is missing, and fills every request of the consent, the refresh and the sign-out', async () => {
    const ask = anAsk();
    const browser = new Browser();
    const page = await browser.open(await linkFor(ask));
    expect(page.text).toMatch(/Your organisation at Scripted .* Shop \.shop\.example PIN/);
    const typed = { tenant: 'acme corp', 'field.shop': 'mine.shop.example', 'field.pin': '1234' };
    const refused = await browser.submit(page, { ...typed, tenant: 'evil.com/', 'field.pin': '12' });
    expect([refused.status, refused.leadsTo]).toEqual([422, null]);
    expect(refused.text).toContain('PIN is not in the form that is asked for');
    expect(refused.html).not.toContain('value="12"');
    const refusedTenant = await browser.submit(page, { ...typed, tenant: 'evil.com/' });
    expect([refusedTenant.status, refusedTenant.text]).toEqual([
      422,
      expect.stringContaining('Your organisation at Scripted must be'),
    ]);

    const sent = await browser.submit(refused, { ...typed, tenant: 'acme' });
    const authorizationUrl = sent.leadsTo ?? '';
    expect(authorizationUrl).toContain(
      `${provider.authorizationUrl}?org=acme&shop=mine.shop.example&trace=trace%201%262&asked=a%20b&`,
    );
    await browser.untilStill(await browser.open(provider.approve(authorizationUrl), { crossSite: true }));
    const { body: ready } = await system.askToken({ ...ask, waitSeconds: 10 }, key);
    if (ready.status !== 'ready') throw new Error(ready.status);
    expect(await tenantsOf(ask.user)).toEqual(['acme']);
    expect(provider.tokenRequests({ grantType: 'authorization_code' }).at(-1)?.query).toEqual({
      org: 'acme',
      pin: '1234',
      edition: 'pro',
    });

    await expireToken(system, ready.grantId);
    expect((await system.askToken({ ...ask, waitSeconds: 10 }, key)).body).toMatchObject({ status: 'ready', tokenVersion: 2 });
    expect(provider.tokenRequests({ grantType: 'refresh_token' }).at(-1)?.query).toEqual({ refresh: 'acme', pin: '1234' });

    await system.api('DELETE', `/v1/grants/${ready.grantId}`, { token: key });
    expect(provider.revocations.at(-1)?.query).toEqual({ org: 'acme' });
    const { rows } = await system.db.query('SELECT 1 FROM "grant" WHERE id = $1 AND inputs IS NULL', [ready.grantId]);
    expect(rows).toHaveLength(1);
  });

  it('asks nothing that the runtime has said', async () => {
    const browser = new Browser();
    const page = await browser.open(await linkFor(anAsk(given)));
    expect(Object.keys(page.forms[0]?.fields ?? {})).toEqual(['step']);
    expect((await browser.submit(page)).leadsTo).toContain('?org=acme&shop=mine.shop.example&');
  });

  it('lets the same browser start over with another tenant', async () => {
    const browser = new Browser();
    const url = await linkFor(anAsk({ fields: given.fields }));
    await browser.submit(await browser.open(url), { tenant: 'acme' });
    const again = await browser.open(url);
    expect(again.forms[0]?.fields.tenant).toBe('acme');
    expect((await browser.submit(again, { tenant: 'globex' })).leadsTo).toContain('?org=globex&');
  });

  it('has a grant for each tenant of a user; an ask without one gets the one connected last', async () => {
    const user = `user-${randomUUID()}`;
    const acme = await consented(anAsk({ ...given, user }));
    const globex = await consented(anAsk({ ...given, user, tenant: 'globex' }));
    expect(await tenantsOf(user)).toEqual(['acme', 'globex']);
    const tokenFor = async (more: Partial<TokenAsk>) => (await system.askToken(anAsk({ user, ...more }), key)).body;
    expect(await tokenFor({ tenant: 'acme' })).toMatchObject({
      status: 'ready',
      grantId: acme.grantId,
      accessToken: acme.accessToken,
    });
    expect(await tokenFor({ tenant: 'globex' })).toMatchObject({ status: 'ready', grantId: globex.grantId });
    expect(await tokenFor({})).toMatchObject({ status: 'ready', grantId: globex.grantId });
    expect((await tokenFor({ tenant: 'initech', signIn: false })).status).toBe('consent_required');
    await system.db.query(`UPDATE "grant" SET status = 'reconnect_required', reason = 'invalid_grant' WHERE id = $1`, [
      globex.grantId,
    ]);
    expect(await tokenFor({})).toMatchObject({ status: 'ready', grantId: acme.grantId }); // of those that work
    expect(await tokenFor({ tenant: 'globex' })).toMatchObject({ status: 'reconnect_required' });
    await system.db.query(`UPDATE "grant" SET status = 'reconnect_required', reason = 'invalid_grant' WHERE id = $1`, [
      acme.grantId,
    ]);
    expect(await tokenFor({})).toMatchObject({ status: 'reconnect_required', signInUrl: expect.any(String) });
    await system.db.query(`UPDATE "grant" SET status = 'active', reason = NULL WHERE id = $1`, [acme.grantId]);
    await system.api('DELETE', `/v1/grants/${globex.grantId}`, { token: key });
    expect(await tokenFor({})).toMatchObject({ status: 'ready', grantId: acme.grantId });
  });

  it('gives the same link to the same ask, and a new one to an ask with other fields, context or tenant', async () => {
    const ask = anAsk({ ...given });
    const link = await linkFor(ask);
    expect(await linkFor({ ...ask, fields: { pin: '1234', shop: 'mine' } })).toBe(link);
    expect(await linkFor({ ...ask, tenant: 'globex' })).not.toBe(link);
    expect((await new Browser().open(link)).status).toBe(200);
    for (const more of [{ fields: { ...given.fields, pin: '4321' } }, { context: { trace: { id: 'other' } } }]) {
      const other = await linkFor({ ...ask, ...more });
      expect(other).not.toBe(link);
      expect((await new Browser().open(link)).status).toBe(410);
    }
  });

  it.each<[string, Partial<TokenAsk>, string[]]>([
    ['an unknown field', { fields: { colour: 'red' } }, ['fields.colour']],
    ['a field against its pattern', { fields: { pin: '12345' } }, ['fields.pin']],
    ['an empty field', { fields: { shop: '' } }, ['fields.shop']],
    ['line breaks', { fields: { shop: 'a\r\nb' } }, ['fields.shop']],
    ['a tenant with a direction mark', { tenant: '\u202eacme' }, ['tenant']],
    ['an over-long tenant', { tenant: 'a'.repeat(254) }, ['tenant']],
    ['no context', { context: undefined }, ['context.trace.id']],
    ['a context of another shape', { context: { trace: { id: ['a'] } } }, ['context.trace.id']],
    ['a deep context', { context: { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } } }, ['context']],
    ['a large context', { context: { trace: { id: 'x'.repeat(9_000) } } }, ['context']],
    ['51 fields', { fields: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'x'])) }, ['fields']],
  ])('names what is wrong with an ask: %s', async (_what, more, paths) => {
    const { status, body } = await system.askToken(anAsk(more), key);
    const { errors } = body as unknown as { errors?: { path: string }[] };
    expect([status, errors?.map(({ path }) => path)]).toEqual([422, paths]);
  });

  it('refuses a tenant where the profile has none', async () => {
    const plain = await system.givenProfile(provider);
    const { status, text } = await system.askToken({ profile: plain.id, user: 'u', tenant: 'acme' }, key);
    expect([status, text]).toEqual([422, expect.stringContaining('the profile has no tenants')]);
  });

  it('keeps what was given sealed', async () => {
    const fields = { shop: 'canary-of-a-shop', pin: '9753' };
    await consented(anAsk({ ...given, fields }));
    const tables = ['authorization', 'grant', 'event', 'revocation'].map(
      (table) => `SELECT row_to_json(t)::text AS row FROM "${table}" t`,
    );
    const { rows } = await system.db.query<{ row: string }>(tables.join(' UNION ALL '));
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ row }) => row.includes(fields.shop))).toEqual([]);
  });
});
