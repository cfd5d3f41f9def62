import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { System } from './system.js';

/** A tab at the admin, signed in as the first operator or as another, with the mouse and keys that a person has. */
export async function openAdmin(
  system: System,
  chromium: Browser,
  options: BrowserContextOptions = {},
  operator: { email: string; password: string } = system.operator,
): Promise<Page> {
  const page = await (
    await chromium.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options })
  ).newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${system.publicUrl}/admin/`);
  await page.getByLabel('Email').fill(operator.email);
  await page.locator('input[type=password]').fill(operator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation').first().waitFor();
  return page;
}
