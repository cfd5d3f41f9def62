import type { AdminTab } from './admin-tab.js';

/** What can be pressed on the page's own part, by its name; tabs change nothing and are left out. Runs in the page, so it is text. */
const named = (selector: string): string => `[...document.querySelectorAll(${JSON.stringify(selector)})]
  .filter((one) => one.getClientRects().length > 0 && one.getAttribute('role') !== 'tab')
  .map((one) => (one.getAttribute('aria-label') ?? one.textContent).trim())`;

/** Names of every button, link and menu entry of the page that is shown, menus opened. */
export async function pressableOn({ page }: AdminTab): Promise<Set<string>> {
  const found = await page.evaluate<string[]>(named('main button, main a[href], main [role=button], main [role=switch]'));
  for (const menu of await page.locator('main [aria-haspopup=menu]').all()) {
    await menu.click();
    await page.getByRole('menuitem').first().waitFor();
    found.push(...(await page.evaluate<string[]>(named('[role=menuitem]'))));
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });
  }
  return new Set(found.filter((name) => name !== ''));
}
