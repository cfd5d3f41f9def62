import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { AdminTab } from './support/admin-tab.js';
import { launchChromium } from './support/chromium.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('assistants and runtime keys in the admin', () => {
  let system: System;
  let chromium: Browser;
  let provider: ScriptedProvider;
  let tab: AdminTab;

  beforeAll(async () => {
    [system, chromium, provider] = await Promise.all([
      startSystem(),
      launchChromium(),
      startScriptedProvider({ mode: 'strict' }),
    ]);
    tab = await AdminTab.open(chromium, system);
    await tab.signIn(system.operator);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  const row = (name: string) => tab.page.getByRole('row', { name });
  const dialog = () => tab.page.getByRole('dialog');

  it('lead a newcomer from nothing to the first assistant', async () => {
    await tab.visit('/');
    await tab.page.getByRole('heading', { name: 'Start with an assistant' }).waitFor();
    await tab.page.getByRole('button', { name: 'New assistant' }).first().click();
    await dialog().getByRole('button', { name: 'Create' }).click();
    await dialog().getByText('Must not be empty').waitFor();
    await dialog().getByLabel('Name').fill('  Helpdesk bot ');
    await dialog().getByRole('button', { name: 'Create' }).click();
    await tab.page.getByText('“Helpdesk bot” is there. Next: its first profile.').waitFor();
    await tab.page.getByRole('heading', { level: 1, name: /profiles/i }).waitFor();
  });

  it('tell beside the field that a name is taken, and rename what is there', async () => {
    await system.givenAssistant('Travel bot');
    await tab.visit('/assistants');
    await row('Travel bot').getByRole('button', { name: 'Actions for Travel bot' }).click();
    await tab.page.getByRole('menuitem', { name: 'Rename' }).click();
    await dialog().getByLabel('Name').fill('Helpdesk bot');
    await dialog().getByRole('button', { name: 'Rename' }).click();
    await dialog().getByText('An assistant named “Helpdesk bot” exists already.').waitFor();
    await dialog().getByLabel('Name').fill('Expenses bot');
    await dialog().getByRole('button', { name: 'Rename' }).click();
    await row('Expenses bot').waitFor();
  });

  it('ask before an assistant is deleted, and keep one that still has profiles', async () => {
    const used = await system.givenAssistant('Used bot');
    await system.givenProfile(provider, {}, used.id);
    await tab.visit('/assistants');
    for (const [name, confirmed] of [
      ['Used bot', 'The assistant still has profiles; delete them first.'],
      ['Expenses bot', '“Expenses bot” was deleted.'],
    ] as const) {
      await row(name)
        .getByRole('button', { name: `Actions for ${name}` })
        .click();
      await tab.page.getByRole('menuitem', { name: 'Delete' }).click();
      await tab.page.getByRole('heading', { name: `Delete the assistant “${name}”?` }).waitFor();
      await dialog().getByRole('button', { name: 'Delete' }).click();
      await tab.page.getByText(confirmed).waitFor();
      if (await dialog().isVisible()) await dialog().getByRole('button', { name: 'Cancel' }).click();
    }
    await row('Expenses bot').waitFor({ state: 'detached' });
    await row('Used bot').waitFor();
  });

  it('show a new key once, with a line that works, and refuse it after it was revoked', async () => {
    const assistant = await system.givenAssistant('Keys bot');
    const profile = await system.givenProfile(provider, { name: 'ServiceNow' }, assistant.id);
    await tab.visit(`/assistants/${assistant.id}/runtime-keys`);
    await tab.page.getByRole('button', { name: 'New runtime key' }).first().click();
    await dialog().getByLabel('Name').fill('production');
    await dialog().getByRole('combobox', { name: 'Profiles' }).click();
    await tab.page.getByRole('option', { name: 'ServiceNow' }).click();
    await tab.page.keyboard.press('Escape');
    await dialog().getByRole('button', { name: 'Create' }).click();
    const line = await dialog().getByRole('region', { name: 'curl line' }).textContent();
    const [, url, key, body] = /^curl -s (\S+) .*Bearer (gkr_[^']+)' .*-d '(.+)'$/s.exec(line ?? '') ?? [];
    const ask = () =>
      fetch(url ?? '', { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body });
    expect(await (await ask()).json()).toMatchObject({ status: 'consent_required' });

    await dialog().getByRole('button', { name: 'I have copied it' }).click();
    await row('production').getByText(profile.name).waitFor();
    expect(await tab.page.content()).not.toContain(key);
    await row('production').getByRole('button', { name: 'Revoke: production' }).click();
    await dialog().getByRole('button', { name: 'Revoke' }).click();
    await row('production').getByText('Revoked').waitFor();
    expect((await ask()).status).toBe(401);
  });

  it('offer a viewer nothing that they may not do', async () => {
    const [email, password] = ['viewer@example.com', 'a long pass phrase'];
    const made = await system.asOperator('POST', '/v1/operators', { email, password, role: 'viewer' });
    expect(made.status).toBe(201);
    const viewer = await AdminTab.open(chromium, system);
    await viewer.signIn({ email, password });
    const assistant = await system.givenAssistant('Seen bot');
    await system.givenRuntimeKey(assistant.id);
    for (const address of ['/assistants', `/assistants/${assistant.id}/runtime-keys`]) {
      await viewer.visit(address);
      expect(await viewer.page.getByRole('main').getByRole('row').count()).toBeGreaterThan(1);
      expect([address, await viewer.page.getByRole('main').getByRole('button').count()]).toEqual([address, 0]);
    }
    await viewer.close();
  });

  it('violate no policy and complain of nothing', async () => {
    expect(await tab.refusals()).toEqual([]);
    expect(tab.watch.complaints.filter((complaint) => !/40[149] \(.*\/v1\//.test(complaint))).toEqual([]);
  });
});
