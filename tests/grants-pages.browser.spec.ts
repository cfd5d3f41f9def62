import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openAdmin } from './support/admin-page.js';
import { launchChromium } from './support/chromium.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('the grants pages in Chromium', () => {
  let system: System;
  let provider: ScriptedProvider;
  let chromium: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    [provider, system] = await Promise.all([startScriptedProvider({ mode: 'strict' }), startSystem()]);
    chromium = await launchChromium();
    page = await openAdmin(system, chromium);
    page.on('pageerror', (error) => void complaints.push(error.message));
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  const row = (user: string) => page.getByRole('row').filter({ hasText: user });
  const life = () => page.getByRole('region', { name: 'The life of this grant' });

  it('show a grant as soon as its user has consented, refresh it, tell its life, and end it', async () => {
    const profile = await system.givenProfile(provider);
    await page.goto(`${system.publicUrl}/admin/assistants/${profile.assistantId}/grants`);
    await page.getByRole('heading', { name: 'No grants yet' }).waitFor();

    const { key, ready } = await system.givenGrant(provider, { profile, user: 'ada@example.com' });
    await row('ada@example.com').getByText('Active').waitFor(); // nobody has reloaded the page

    await page.getByRole('link', { name: 'ada@example.com' }).click();
    await page.getByRole('heading', { level: 1, name: `ada@example.com – ${profile.name}` }).waitFor();
    await life().getByText('The user consented', { exact: true }).waitFor();
    await life().getByText('Token handed out: 1').waitFor();

    await page.getByRole('button', { name: 'Refresh now' }).click();
    await page
      .getByRole('status')
      .getByText(`Refreshed. The token is version ${ready.tokenVersion + 1} now.`)
      .waitFor();
    await life().getByText('A refresh was asked for', { exact: true }).waitFor();
    await life().getByText('Refreshed', { exact: true }).waitFor();
    const { body } = await system.askToken({ profile: profile.id, user: 'ada@example.com' }, key);
    expect(body).toMatchObject({ status: 'ready', tokenVersion: ready.tokenVersion + 1 });

    await page.getByRole('button', { name: 'Sign out' }).click();
    const dialog = page.getByRole('dialog', { name: `Sign out ada@example.com – ${profile.name}?` });
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('status').getByText('Signed out. The provider has revoked the tokens.').waitFor();
    await life().getByText('Ended', { exact: true }).waitFor();
    await life().getByText('The provider was asked to revoke the tokens').waitFor();
    await page.getByRole('button', { name: 'Refresh now' }).waitFor({ state: 'detached' });
    expect((await system.askToken({ profile: profile.id, user: 'ada@example.com', signIn: false }, key)).body.status).toBe(
      'consent_required',
    );

    await page.getByRole('link', { name: 'Grants' }).first().click();
    await page.getByRole('heading', { name: 'No grants yet' }).waitFor();
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Ended', exact: true }).click();
    await row('ada@example.com').getByText('Signed out.').waitFor();
    expect(new URL(page.url()).searchParams.get('status')).toBe('ended');
    expect(complaints).toEqual([]);
  });

  it('find what one types, keep it in the address, and save what they show', async () => {
    const profile = await system.givenProfile(provider);
    for (const user of ['grace@example.com', 'greta@example.com', '=1+1']) await system.givenGrant(provider, { profile, user });
    await page.goto(`${system.publicUrl}/admin/assistants/${profile.assistantId}/grants?profile=${profile.id}`);
    await row('=1+1').waitFor();
    await page.getByLabel('User begins with').fill('gr');
    await row('=1+1').waitFor({ state: 'detached' });
    expect(await page.getByRole('row').count()).toBe(3); // with the headers
    await page.reload();
    await row('greta@example.com').waitFor();
    expect(await page.getByLabel('User begins with').inputValue()).toBe('gr');
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await row('=1+1').waitFor();

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save as CSV' }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(download.suggestedFilename()).toBe('grants.csv');
    expect(csv).toContain(',grace@example.com,');
    expect(csv).toContain(",'=1+1,");
    expect(complaints).toEqual([]);
  });

  it('fit a phone', async () => {
    const { profile, user, ready } = await system.givenGrant(provider);
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of [`assistants/${profile.assistantId}/grants`, `grants/${ready.grantId}`]) {
      await page.goto(`${system.publicUrl}/admin/${path}`);
      await page.getByText(user).first().waitFor();
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    }
    expect(complaints).toEqual([]);
  });
});
