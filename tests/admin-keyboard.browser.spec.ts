import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { AdminTab } from './support/admin-tab.js';
import { launchChromium } from './support/chromium.js';
import { eventually } from './support/eventually.js';
import { furnish } from './support/furnished-admin.js';
import { Keyboard } from './support/keyboard.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('the admin without a mouse', () => {
  let system: System;
  let provider: ScriptedProvider;
  let chromium: Browser;
  let tab: AdminTab;
  let keyboard: Keyboard;

  beforeAll(async () => {
    [provider, system, chromium] = await Promise.all([
      startScriptedProvider({ mode: 'strict' }),
      startSystem(),
      launchChromium(),
    ]);
    await furnish(system, provider);
    tab = await AdminTab.open(chromium, system, { reducedMotion: 'reduce' });
    keyboard = new Keyboard(tab.page);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  const heading = (name: string | RegExp) => tab.page.getByRole('heading', { level: 1, name }).waitFor();

  it('signs in, and skips to the content', async () => {
    await tab.visit('/');
    await tab.page.waitForFunction("document.activeElement?.tagName === 'INPUT'");
    await tab.page.keyboard.insertText(system.operator.email);
    await keyboard.fill('Password', system.operator.password);
    await tab.page.keyboard.press('Enter');
    await heading('Assistants');
    await tab.settled();
    await keyboard.tabTo('Skip to the content');
    await tab.page.keyboard.press('Enter');
    expect((await keyboard.focused())?.id).toBe('content');
  });

  it('makes a profile and presses Test', async () => {
    await keyboard.activate('A assistant');
    await heading('Authorization profiles');
    await tab.settled();
    await keyboard.activate('New Authorization Mechanism');
    await heading('New Authorization Mechanism');
    await keyboard.activate('Continue');
    await tab.page.getByLabel('Client ID').waitFor();
    await keyboard.fill('Name', 'Typed, not clicked');
    await keyboard.fill('Identity provider', 'Scripted');
    await keyboard.fill('Client ID', provider.clientId);
    await keyboard.fill('Client secret', provider.clientSecret);
    await keyboard.fill('Authorization URL', provider.authorizationUrl);
    await keyboard.fill('Token URL', provider.tokenUrl);
    await tab.page.keyboard.press('Enter');
    await heading('Typed, not clicked');
    await tab.settled();
    await keyboard.activate('Test');
    await tab.page.locator('[data-test-result=awaiting_consent]').waitFor();
  });

  it('is kept within a dialog until it is closed, and is then where it was', async () => {
    await tab.page.keyboard.press('Home');
    await keyboard.activate('More actions');
    await tab.page.getByRole('menuitem', { name: 'Delete' }).waitFor();
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('End');
    await tab.page.keyboard.press('Enter');
    await tab.page.getByRole('dialog').waitFor();
    await eventually(async () => expect((await keyboard.focused())?.inDialog).toBe(true));
    const reached = await keyboard.around(6);
    expect(reached.filter((at) => !at?.inDialog)).toEqual([]);
    expect(new Set(reached.map((at) => at?.name))).toEqual(new Set(['Close', 'Cancel', 'Delete']));
    await tab.page.keyboard.press('Escape');
    await tab.page.getByRole('dialog').waitFor({ state: 'hidden' });
    await eventually(async () => expect((await keyboard.focused())?.name).toBe('More actions'));
  });

  it('opens a grant and signs out', async () => {
    await keyboard.activate('Grants');
    await heading('Grants');
    await tab.settled();
    await keyboard.activate('A user');
    await heading(/^A user/);
    await tab.settled();
    await keyboard.activate('Your account');
    await tab.page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('End');
    await tab.page.keyboard.press('Enter');
    await tab.page.getByLabel('Password').first().waitFor();
  });

  it('has seen at every step where it was', () => {
    expect([...keyboard.unseen]).toEqual([]);
    const signedOut = /401 \(Unauthorized\) \(\S+\/v1\//;
    expect(tab.watch.complaints.filter((complaint) => !signedOut.test(complaint))).toEqual([]);
  });
});
