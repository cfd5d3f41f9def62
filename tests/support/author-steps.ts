import { type DemoProvider, startDemoProvider } from '@grantkeeper/local-stack/demo-provider';
import type { Locator, Page } from 'playwright-core';
import { signInAtDemo } from './demo-place.js';

/** An input of the profile form, by its path in the contract. */
export const profileField = (page: Page, path: string): Locator => page.locator(`#field-${path.replaceAll('.', '-')}`);

/** The demo provider for a client whose redirect URI the form has just shown. */
export async function providerForForm(page: Page): Promise<DemoProvider> {
  const callbackUrl = await profileField(page, 'callbackUrl').inputValue();
  return startDemoProvider({ port: 0, redirectUris: [callbackUrl], accessTokenSeconds: 3600, adapter: 'memory' });
}

/** Fills in the form of a new profile for this provider, all but its name. */
export async function fillProfile(page: Page, provider: DemoProvider, clientSecret: string): Promise<void> {
  await profileField(page, 'identityProvider').fill('Demo provider');
  await profileField(page, 'clientId').fill(provider.clientId);
  await profileField(page, 'clientSecret').fill(clientSecret);
  await profileField(page, 'authorizationUrl').fill(provider.authorizationUrl);
  await profileField(page, 'tokenUrl').fill(provider.tokenUrl);
  const rows = [
    ['', 'openid'],
    ['', 'offline_access'],
    ['prompt', 'consent'],
  ] as const;
  for (const [index, [key, value]] of rows.entries()) {
    await page.getByRole('button', { name: 'Add scope', exact: true }).click();
    await profileField(page, `scope.${index}.key`).fill(key);
    await profileField(page, `scope.${index}.value`).fill(value);
  }
}

/** Waits until the result to the right of the Test button says this. */
export const testResult = (page: Page, text: string): Promise<void> =>
  page.locator('[data-test-result]').filter({ hasText: text }).waitFor();

/** From a sign-in link's page through the provider's pages until the access is allowed. */
export async function consentAtDemo(tab: Page, provider: DemoProvider): Promise<void> {
  const [user] = provider.users;
  if (!user) throw new Error('the demo provider has no users');
  await tab.getByRole('button', { name: 'Continue' }).click();
  await signInAtDemo(tab, user);
  await tab.getByRole('button', { name: 'Allow access' }).click();
}
