import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fingerprints } from './support/database-rows.js';
import { textOf } from './support/html-page.js';
import { type PreparedConsent, prepareConsent } from './support/prepared-consent.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

let system: System;
let provider: ScriptedProvider;
let place: { profile: string; key: string };
let consent: PreparedConsent;

beforeAll(async () => {
  [system, provider] = await Promise.all([startSystem(), startScriptedProvider({ mode: 'strict' })]);
  const profile = await system.givenProfile(provider);
  place = { profile: profile.id, key: (await system.givenRuntimeKey()).key };
}, 180_000);
beforeEach(async () => {
  consent = await prepareConsent(system, provider, place);
});
afterAll(() => Promise.all([system.stop(), provider.stop()]), 180_000);

/** The good answer's parameters as a query, changed. */
type Spoil = (good: { code: string; state: string; iss: string }) => string;

const enc = encodeURIComponent;
const spoiled: [string, Spoil][] = [
  ['the code twice', ({ code, state }) => `code=${code}&code=${code}&state=${state}`],
  ['another code beside the code', ({ code, state }) => `code=${code}&state=${state}&code=other`],
  ['the state twice', ({ code, state }) => `code=${code}&state=${state}&state=${state}`],
  ['the issuer twice', ({ code, state, iss }) => `code=${code}&state=${state}&iss=${enc(iss)}&iss=${enc(iss)}`],
  ['the error twice', ({ state }) => `error=access_denied&error=access_denied&state=${state}`],
  ['the code as an array', ({ code, state }) => `code[]=${code}&state=${state}`],
  ['the code as an indexed array', ({ code, state }) => `code[0]=${code}&state=${state}`],
  ['the code as an object', ({ code, state }) => `code[value]=${code}&state=${state}`],
  ['the state as an array', ({ code, state }) => `code=${code}&state[]=${state}`],
  ['a code of 4097 characters', ({ state }) => `code=${'c'.repeat(4097)}&state=${state}`],
  ['a state of 44 characters', ({ code, state }) => `code=${code}&state=${state}x`],
  ['an issuer of 2049 characters', ({ code, state }) => `code=${code}&state=${state}&iss=${'i'.repeat(2049)}`],
  ['an error of 201 characters', ({ state }) => `error=${'e'.repeat(201)}&state=${state}`],
  ['no parameters', () => ''],
  ['no state', ({ code }) => `code=${code}`],
  ['an empty state', ({ code }) => `code=${code}&state=`],
  ['neither code nor error', ({ state }) => `state=${state}`],
  ['an empty code', ({ state }) => `code=&state=${state}`],
  ['both code and error', ({ code, state }) => `code=${code}&error=access_denied&state=${state}`],
  ['a NUL in the code', ({ code, state }) => `code=${code}%00&state=${state}`],
  ['a line break in the code', ({ code, state }) => `code=${code}%0D%0Ax&state=${state}`],
  ['letters beyond ASCII in the code', ({ code, state }) => `code=${code}%C3%A9&state=${state}`],
  ['bytes that are no UTF-8 in the code', ({ code, state }) => `code=${code}%ff%fe&state=${state}`],
  ['bytes that are no UTF-8 in the state', ({ code, state }) => `code=${code}&state=${state.slice(1)}%ff`],
  ['a broken escape', ({ code, state }) => `code=${code}%zz&state=${state}`],
  ['a quotation mark in the error', ({ state }) => `error=%22denied%22&state=${state}`],
  ['a blank in the state', ({ code, state }) => `code=${code}&state=${state.slice(1)}+`],
  ['names of the prototype', ({ state }) => `__proto__[code]=x&constructor=x&state=${state}`],
  ['a state that nobody gave', ({ code, state, iss }) => `code=${code}&state=${[...state].reverse().join('')}&iss=${enc(iss)}`],
];

function goodParameters() {
  const { searchParams } = new URL(consent.callbackUrl);
  return { code: searchParams.get('code') ?? '', state: searchParams.get('state') ?? '', iss: searchParams.get('iss') ?? '' };
}

function cookieHeader(): string {
  const cookies = Object.entries(consent.browser.cookies.valuesFor(system.publicUrl));
  return cookies.map(([name, value]) => `${name}=${value}`).join('; ');
}

/** The page that the consenting browser gets at last: redirects within our pages are followed, as GET and with its cookie. */
async function pageFor(target: string, init: RequestInit): Promise<{ status: number; type: string; html: string }> {
  const response = await fetch(target, { redirect: 'manual', ...init });
  const location = response.headers.get('location');
  if (location !== null) return pageFor(new URL(location, target).href, { headers: { cookie: cookieHeader() } });
  return { status: response.status, type: response.headers.get('content-type') ?? '', html: await response.text() };
}

function expectFriendly(page: { status: number; type: string; html: string }): void {
  expect(page.type).toMatch(/^text\/html; *charset=utf-8$/);
  expect([200, 400, 403, 404, 413, 415]).toContain(page.status);
  expect(textOf(page.html).length).toBeGreaterThan(60);
  const { code, state } = goodParameters();
  for (const given of [code, state, 'at Object.', 'node_modules']) expect(page.html).not.toContain(given);
}

async function expectNothingChanged(act: () => Promise<unknown>): Promise<void> {
  const [before, sent] = [await fingerprints(system.db), provider.tokenRequests().length];
  await act();
  expect(await fingerprints(system.db)).toEqual(before);
  expect(provider.tokenRequests().length - sent).toBe(0);
}

const callback = () => `${system.publicUrl}/callback/${consent.ask.profile}`;

describe('a callback that no good provider sends', () => {
  it.each(spoiled)('with %s, by GET: a friendly page, nothing changed, no token request', async (_, spoil) => {
    await expectNothingChanged(async () => {
      expectFriendly(await pageFor(`${callback()}?${spoil(goodParameters())}`, { headers: { cookie: cookieHeader() } }));
    });
  });

  it.each(spoiled)('with %s, by form POST: a friendly page, nothing changed, no token request', async (_, spoil) => {
    const body = spoil(goodParameters());
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: provider.origin,
      'sec-fetch-site': 'cross-site',
    };
    await expectNothingChanged(async () => expectFriendly(await pageFor(callback(), { method: 'POST', body, headers })));
  });

  it.each([
    ['JSON', 'application/json', () => JSON.stringify(goodParameters())],
    ['broken JSON', 'application/json', () => '{"code":'],
    ['plain text', 'text/plain', () => new URLSearchParams(goodParameters()).toString()],
    ['multipart', 'multipart/form-data; boundary=x', () => '--x--'],
    ['a form in another charset', 'application/x-www-form-urlencoded; charset=utf-16', () => 'c\u0000o\u0000d\u0000e\u0000'],
    ['a form over 64 KiB', 'application/x-www-form-urlencoded', () => `state=${goodParameters().state}&x=${'x'.repeat(70_000)}`],
    ['a form of 2000 fields', 'application/x-www-form-urlencoded', () => 'code=1&'.repeat(2000)],
  ])('as %s: a friendly page, nothing changed, no token request', async (_, type, body) => {
    await expectNothingChanged(async () => {
      expectFriendly(await pageFor(callback(), { method: 'POST', body: body(), headers: { 'content-type': type } }));
    });
  });

  it.each([
    ['of a profile that does not exist', () => '00000000-0000-4000-8000-000000000000'],
    ['of something that is no id', () => "x'--"],
    ['of another profile', async () => (await system.givenProfile(provider)).id],
  ])('at the address %s: a friendly page, nothing changed, no token request', async (_, idOf) => {
    const target = `${system.publicUrl}/callback/${encodeURIComponent(await idOf())}`;
    const body = new URLSearchParams(goodParameters());
    await expectNothingChanged(async () => {
      expectFriendly(await pageFor(`${target}?${body}`, { headers: { cookie: cookieHeader() } }));
      expectFriendly(await pageFor(target, { method: 'POST', body }));
    });
  });

  it('uses nothing up: after all of them, the good answer is taken and the token given', async () => {
    for (const [, spoil] of spoiled) {
      const body = spoil(goodParameters());
      await pageFor(`${callback()}?${body}`, { headers: { cookie: cookieHeader() } });
      await pageFor(callback(), { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    }
    await consent.browser.untilStill(await consent.deliver());
    expect((await consent.askToken(10)).body.status).toBe('ready');
    expect(provider.tokenRequests({ code: consent.code })).toHaveLength(1);
  }, 30_000);
});
