import type { UserLink } from '@grantkeeper/contracts/users/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Browser as PlainBrowser } from './support/browser.js';
import { launchChromium } from './support/chromium.js';
import { faultsOf, tabOrderOf } from './support/page-audit.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('the page on which a user changes what they once said', () => {
  let system: System;
  let provider: ScriptedProvider;
  let chromium: Browser;

  beforeAll(async () => {
    [provider, system, chromium] = await Promise.all([
      startScriptedProvider({ mode: 'strict' }),
      startSystem(),
      launchChromium(),
    ]);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  it.each(['light', 'dark'] as const)('is reached, read and sent by keyboard on 320 px, %s', async (colorScheme) => {
    const additionalFields = [
      { key: 'pin', label: 'PIN', secret: true, pattern: '[0-9]{4}' },
      { key: 'site', label: 'Site', hint: 'Where you work' },
    ];
    const authorizationFields = [{ fieldType: 'header', key: 'X-Site', value: '{{site}}' }];
    const profile = await system.givenProfile(provider, { additionalFields, authorizationFields });
    const { key } = await system.givenRuntimeKey();
    const ask = { profile: profile.id, user: colorScheme, fields: { pin: '1234', site: 'north' } };
    const { body } = await system.askToken(ask, key);
    if (body.status === 'ready' || !body.signInUrl) throw new Error('expected a link');
    await new PlainBrowser().consent(body.signInUrl, provider);
    const minted = await system.api<UserLink>('POST', '/v1/users/links', { body: { user: colorScheme }, token: key });

    const context = await chromium.newContext({ viewport: { width: 320, height: 640 }, colorScheme });
    const page = await context.newPage();
    await page.goto(minted.body.url);
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Change what Scripted is told' }).first().click();
    expect(await faultsOf(page)).toEqual([]);
    expect((await tabOrderOf(page)).map(({ name }) => name)).toEqual([
      'PIN (may stay empty)',
      'Site',
      'Save',
      'Back without saving',
      'Deutsch',
    ]);
    await page.getByLabel('PIN').fill('12');
    await page.getByLabel('Site').press('Enter');
    expect(await page.getByRole('alert').textContent()).toContain('PIN is not in the form that is asked for');
    expect(await faultsOf(page)).toEqual([]);
    await page.getByLabel('PIN').fill('');
    await page.getByLabel('Site').fill('south');
    await page.getByLabel('Site').press('Enter');
    await page.getByRole('heading', { level: 1, name: /Your connections/ }).waitFor();
    await context.close();
  });
});
