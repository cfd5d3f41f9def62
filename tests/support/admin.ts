import type { Page } from 'playwright-core';

/** Opens the admin and signs in; resolves when the first page stands. */
export async function signInToAdmin(
  page: Page,
  publicUrl: string,
  { email, password }: { email: string; password: string },
): Promise<void> {
  await page.goto(`${publicUrl}/admin/`);
  await page.locator('input[autocomplete=username]').fill(email);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('nav').first().waitFor({ state: 'attached' });
  await settled(page);
}

/** Goes to an address below /admin as a click does: without loading the application anew. */
export async function openInAdmin(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState({}, '', ${JSON.stringify(`/admin${path}`)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
  await settled(page);
}

/** Waits until the page has its heading and nothing is on its way any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('.mantine-Loader-root, [data-loading]').first().waitFor({ state: 'detached' });
}
