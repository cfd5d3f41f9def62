import type { UserLink } from '@grantkeeper/contracts/users/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { AdminTab } from './support/admin-tab.js';
import { launchChromium } from './support/chromium.js';
import { type Furnished, furnish, type Said, saidKinds } from './support/furnished-admin.js';
import { hostileTexts, injected } from './support/hostile-texts.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

/** What no page of the admin shows, or shows folded. */
const unseen: readonly Said[] = ['context', 'field prefix'];

describe('text that would be script', () => {
  let system: System;
  let chromium: Browser;
  const places = new Map<string, Promise<Furnished & { provider: ScriptedProvider }>>();

  beforeAll(async () => {
    [system, chromium] = await Promise.all([startSystem(), launchChromium()]);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    for (const { provider } of await Promise.all(places.values())) await provider.stop();
  });

  /** Braces are placeholders there. */
  const saying = (hostile: string) => (what: Said) => {
    const text = `${hostile} ${what}`;
    return what === 'extra field' ? text.replace(/[{}]/g, '') : text;
  };
  /** An installation's worth of things, every text of which is this one; made once for all that look at it. */
  const placeOf = (hostile: string) => {
    const made = places.get(hostile) ?? make(hostile);
    places.set(hostile, made);
    return made;
  };
  const make = async (hostile: string) => {
    const provider = await startScriptedProvider({ mode: 'strict' });
    return { ...(await furnish(system, provider, saying(hostile))), provider };
  };
  /** Everything that can be read or is filled in on the page. */
  const textOn = ({ page }: AdminTab) =>
    page.evaluate<string>(`[document.title, document.body.innerText,
      ...[...document.querySelectorAll('input, textarea, select')].map(({ value }) => value)].join('\\n')`);
  const harmOn = async (tab: AdminTab) => ({
    injected: await tab.page.evaluate<string[]>(
      `[...document.querySelectorAll(${JSON.stringify(injected)})].map(({ outerHTML }) => outerHTML.slice(0, 120))`,
    ),
    refused: await tab.refusals(),
    dialogs: tab.dialogs,
    strangers: tab.strangers,
  });
  const none = { injected: [], refused: [], dialogs: [], strangers: [] };

  it.each(hostileTexts)('is shown as text on every page of the admin, whoever gave it: %s', async (hostile) => {
    const { examples } = await placeOf(hostile);
    const tab = await AdminTab.open(chromium, system);
    await tab.signIn(system.operator);
    await tab.visit('/assistants');
    const addresses = (await tab.addresses(examples)).filter((one) => one !== '/sign-in');
    const read: string[] = [];
    for (const address of addresses) {
      await tab.visit(address);
      read.push(await textOn(tab));
      await tab.eachFurtherTab(async () => {
        read.push(await textOn(tab));
      });
      expect({ address, ...(await harmOn(tab)) }).toEqual({ address, ...none });
    }
    const shown = read.join('\n');
    const expected = saidKinds.filter(
      (what) => !unseen.includes(what) && (what !== 'api token' || addresses.includes('/account')),
    );
    expect(expected.filter((what) => !shown.includes(saying(hostile)(what)))).toEqual([]);
    expect(tab.watch.complaints).toEqual([]);
    await tab.close();
  });

  it.each(hostileTexts)('is shown as text where the provider said it, in Test: %s', async (hostile) => {
    const { provider, profile } = await placeOf(hostile);
    const tab = await AdminTab.open(chromium, system);
    await tab.signIn(system.operator);
    await tab.visit(`/profiles/${profile.id}`);
    const html = `<html><title>${hostile}</title><body>${hostile}</body></html>`;
    provider.answerNextToken({ status: 401, body: { error: 'invalid_client', error_description: hostile } }, 3);
    provider.answerNextGet('/authorize', { status: 400, headers: { 'content-type': 'text/html' }, body: html }, 2);
    await tab.page.getByRole('button', { name: 'Test', exact: true }).click();
    const dialog = tab.page.getByRole('dialog');
    const start = dialog.getByRole('button', { name: 'Start the test' });
    await start.waitFor(); // its fields are there with it
    for (const input of await dialog.getByRole('textbox').all()) await input.fill(hostile);
    await start.click();
    await tab.page.locator('[data-test-result=failed]').waitFor();
    await tab.page.getByText('Response body').waitFor();
    expect(await harmOn(tab)).toEqual(none);
    expect(await textOn(tab)).toContain(JSON.stringify(hostile).slice(1, -1));
    await tab.close();
  });

  it.each(hostileTexts)('is shown as text on the pages of users: %s', async (hostile) => {
    const { profile, key } = await placeOf(hostile);
    const say = saying(hostile);
    const signIn = { displayName: say('user') };
    const ask = { profile: profile.id, user: `${hostile} somebody else`, context: { said: hostile }, signIn };
    const asked = await system.askToken(ask, key);
    const minted = await system.api<UserLink>('POST', '/v1/users/links', { body: { user: say('user') }, token: key });
    const signInUrl = 'signInUrl' in asked.body ? (asked.body.signInUrl ?? '') : '';
    const tab = await AdminTab.open(chromium, system);
    const shown: string[] = [];
    for (const url of [signInUrl, minted.body.url]) {
      await tab.page.goto(url);
      shown.push(await textOn(tab));
      expect({ url, ...(await harmOn(tab)) }).toEqual({ url, ...none });
    }
    for (const what of ['assistant', 'provider', 'field label', 'field hint', 'field prefix', 'user'] as const)
      expect(shown[0]).toContain(say(what));
    for (const what of ['assistant', 'provider', 'user', 'account', 'tenant', 'runtime key'] as const)
      expect(shown[1]).toContain(say(what));
    await tab.close();
  });
});
