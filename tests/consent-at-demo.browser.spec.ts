import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './support/chromium.js';
import { type DemoPlace, demoPlace, linkFor, signInAtDemo } from './support/demo-place.js';
import { PageWatch } from './support/page-watch.js';
import { type System, startSystem } from './support/system.js';

describe('a whole consent at a real authorization server, in Chromium', () => {
  let system: System;
  let chromium: Browser;
  let place: DemoPlace;
  let page: Page;
  let watch: PageWatch;

  beforeAll(async () => {
    system = await startSystem();
    chromium = await launchChromium();
    place = await demoPlace(system, 'Helpdesk bot');
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await place?.provider.stop();
  });
  afterEach(() => page.context().close());

  const open = async (url: string, options: BrowserContextOptions = {}) => {
    page = await (await chromium.newContext(options)).newPage();
    watch = new PageWatch(page);
    await page.goto(url);
  };
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  /** Reads where the keyboard is as a screen reader would, and only then goes on. */
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()')) === name)
        return;
    }
    throw new Error(`Tab does not reach "${name}" on ${page.url()}`);
  };
  const tokenOf = async (user: string, waitSeconds = 0) =>
    (await system.askToken({ profile: place.profile, user, waitSeconds }, place.key)).body;

  it('goes from link to token by keyboard alone, and the provider accepts the token', async () => {
    const user = randomUUID();
    const { url } = await linkFor(system, place, user);
    await open(url);
    await heading('Connect Demo provider to Helpdesk bot');
    await tabTo('Continue');
    await page.keyboard.press('Enter');
    await heading('Sign in');
    await page.keyboard.type(place.user.login); // the login has the focus from the start
    await tabTo('Password');
    await page.keyboard.type(place.user.password);
    await page.keyboard.press('Enter');
    await heading('Allow access?');
    await tabTo('Allow access');
    await page.keyboard.press('Enter');
    await heading('Is this right?');
    expect(await page.getByRole('main').textContent()).toContain(place.user.email);
    expect((await tokenOf(user)).status).toBe('consent_required');
    await tabTo('Continue');
    await page.keyboard.press('Enter');
    await heading('Connected');

    const token = await tokenOf(user, 10);
    if (token.status !== 'ready') throw new Error(`expected a token, got ${token.status}`);
    const info = await fetch(place.provider.userinfoUrl, { headers: { authorization: `Bearer ${token.accessToken}` } });
    expect(await info.json()).toMatchObject({ sub: place.user.login, email: place.user.email });
    expect(watch.complaints).toEqual([]);
  });

  it('needs no script', async () => {
    const user = randomUUID();
    await open((await linkFor(system, place, user)).url, { javaScriptEnabled: false });
    await page.getByRole('button', { name: 'Continue' }).click();
    await signInAtDemo(page, place.user);
    await page.getByRole('button', { name: 'Allow access' }).click();
    await heading('Is this right?');
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading('Connected');
    expect((await tokenOf(user, 10)).status).toBe('ready');
  });

  it('lets a person who mistyped the password try again', async () => {
    await open((await linkFor(system, place, randomUUID())).url);
    await page.getByRole('button', { name: 'Continue' }).click();
    await signInAtDemo(page, { ...place.user, password: 'mistyped' });
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Login').inputValue()).toBe(place.user.login);
    await signInAtDemo(page, place.user);
    await heading('Allow access?');
    expect(watch.complaints).toEqual([]);
  });

  it('connects nothing, in friendly words, when the person denies', async () => {
    const user = randomUUID();
    await open((await linkFor(system, place, user)).url);
    await page.getByRole('button', { name: 'Continue' }).click();
    await signInAtDemo(page, place.user);
    await page.getByRole('button', { name: 'Deny' }).click();
    await heading('Not connected');
    expect(await page.getByRole('status').textContent()).toBe('You declined at Demo provider, so nothing was connected.');
    expect((await tokenOf(user)).status).toBe('consent_required');
    expect(watch.complaints).toEqual([]);
  });

  it('connects nothing when the person says at the end that the account is not theirs', async () => {
    const user = randomUUID();
    await open((await linkFor(system, place, user)).url);
    await page.getByRole('button', { name: 'Continue' }).click();
    await signInAtDemo(page, place.user);
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.getByRole('button', { name: 'This is not me' }).click();
    await heading('Not connected');
    expect((await tokenOf(user)).status).toBe('consent_required');
  });
});
