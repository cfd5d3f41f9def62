import type { DemoProvider } from '@grantkeeper/local-stack/demo-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openAdmin } from './support/admin-page.js';
import { consentAtDemo, fillProfile, profileField, providerForForm, testResult } from './support/author-steps.js';
import { launchChromium } from './support/chromium.js';
import { PageWatch } from './support/page-watch.js';
import { type System, startSystem } from './support/system.js';

describe('an author at the admin, in Chromium', () => {
  let system: System;
  let chromium: Browser;
  let provider: DemoProvider;
  let page: Page;
  let watch: PageWatch;
  let assistantId: string;

  beforeAll(async () => {
    system = await startSystem();
    chromium = await launchChromium();
    assistantId = (await system.givenAssistant('Helpdesk bot')).id;
    page = await openAdmin(system, chromium);
    watch = new PageWatch(page);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const field = (path: string) => profileField(page, path);

  it('gets the callback link from the form before there is a client, and a profile from it', async () => {
    await page.goto(`${system.publicUrl}/admin/assistants/${assistantId}/profiles`);
    await page.getByRole('link', { name: 'New Authorization Mechanism' }).first().click();
    await button('Continue').click();
    const callbackUrl = await field('callbackUrl').inputValue();
    provider = await providerForForm(page);

    await field('name').fill('Demo');
    await button('Create profile').click();
    await page.getByText('5 fields need another look.').waitFor();
    await page.locator('#field-identityProvider:focus').waitFor();

    await fillProfile(page, provider, 'wrong-from-the-start');
    await button('Create profile').click();
    await page.getByRole('heading', { level: 1, name: 'Demo' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/admin/profiles/${callbackUrl.split('/').at(-1)}`);
    expect(await field('callbackUrl').inputValue()).toBe(callbackUrl);
  });

  it('is led by a failed test to the client secret', async () => {
    await button('Test').click();
    await testResult(page, 'Auth Test Failed');
    const told = page.getByRole('alert').filter({ hasText: 'Auth Test Failed' });
    expect(await told.textContent()).toMatch(/secret/);
    await page.getByRole('tab', { name: 'Headers' }).click();
    expect(await page.getByRole('tabpanel', { name: 'Headers' }).textContent()).not.toContain('wrong-from-the-start');
    await page.getByRole('tab', { name: 'Response' }).click();
    expect(await page.getByRole('tabpanel', { name: 'Response' }).textContent()).toContain('invalid_client');
    await told.getByRole('button', { name: 'Go to Client secret' }).click();
    await page.locator('#field-clientSecret:focus').waitFor();
  });

  it('mends it, saves, and the test succeeds with a consent in a second tab', async () => {
    await page.keyboard.type(provider.clientSecret);
    await page.getByText('Test tries the saved revision').waitFor();
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    await page.getByRole('button', { name: 'Replace: Client secret' }).waitFor();

    await button('Test').click();
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Sign in in a new tab' }).click(),
    ]);
    await consentAtDemo(tab, provider);
    await testResult(page, 'Auth Test succeeded');
    await tab.close();
    await button('Show the calls').click();
    await page.getByRole('tab', { name: 'Response' }).waitFor();
    expect(watch.complaints.filter((text) => !text.includes('/v1/live'))).toEqual([]);
  });

  it('is asked before leaving what is not saved', async () => {
    await field('description').fill('Not saved');
    await page.getByRole('link', { name: 'Profiles' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    expect(await field('description').inputValue()).toBe('Not saved');
  });

  it('sees what somebody else has saved meanwhile, and goes on with both', async () => {
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const read = await system.asOperator<{ revision: number }>('GET', `/v1/profiles/${id}`);
    const ifMatch = { 'if-match': `"${read.body.revision}"`, 'content-type': 'application/merge-patch+json' };
    await system.asOperator('PATCH', `/v1/profiles/${id}`, { identityProvider: 'Renamed' }, ifMatch);
    await button('Save').click();
    const dialog = page.getByRole('dialog', { name: 'Somebody else has changed this profile' });
    await dialog.getByText('Renamed').waitFor();
    await dialog.getByRole('button', { name: 'Go on with my changes on top' }).click();
    await button('Save').click();
    await button('Discard changes').waitFor({ state: 'detached' });
    const after = await system.asOperator<Record<string, unknown>>('GET', `/v1/profiles/${id}`);
    expect(after.body).toMatchObject({ description: 'Not saved', identityProvider: 'Renamed' });
  });

  it('compares revisions and restores an old one', async () => {
    await page.getByRole('tab', { name: 'Revisions' }).click();
    await page.getByRole('button', { name: 'Restore: 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore revision 1?' });
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Revision 1 is restored.').waitFor();
    const region = page.getByRole('region', { name: 'Compare' });
    await region.getByText('− Renamed').waitFor();
    await region.getByText('+ Demo provider').waitFor();
  });
});
