import type { AdminTab } from './admin-tab.js';
import type { Furnished } from './furnished-admin.js';
import type { Look } from './page-tour.js';
import type { System } from './system.js';

/** Over every page of the admin's router with its tabs, from the sign-in page on, and the dialogs that begin and end something. */
export async function tourOfAdmin(tab: AdminTab, { operator }: System, furnished: Furnished, look: Look): Promise<void> {
  const { page } = tab;
  await tab.visit('/sign-in');
  await look('admin sign-in');
  const addresses = await tab.addresses(furnished.examples);
  await tab.signIn(operator);
  for (const address of addresses.filter((one) => one !== '/sign-in')) {
    await tab.visit(address);
    const name = Object.entries(furnished.examples).reduce((text, [example, id]) => text.replace(id, example), `admin${address}`);
    await look(name);
    for (const label of (await page.getByRole('tab').allTextContents()).slice(1)) {
      await page.getByRole('tab', { name: label, exact: true }).click();
      await tab.settled();
      await look(`${name} ${label}`);
    }
  }
  await tab.visit('/no-such-page');
  await look('admin no such page');
  await tourOfDialogs(tab, furnished, look);
}

async function tourOfDialogs(tab: AdminTab, { assistant }: Furnished, look: Look): Promise<void> {
  const { page } = tab;
  const dialog = page.getByRole('dialog');
  await tab.visit('/assistants');
  if (await page.locator('header .mantine-Burger-root').isVisible()) {
    await page.locator('header .mantine-Burger-root').click();
    await look('admin menu');
    await page.locator('header .mantine-Burger-root').click();
  }
  await page.getByRole('main').getByRole('button').first().click();
  await dialog.locator('[type=submit]').click();
  await dialog.locator('[aria-invalid=true]').waitFor();
  await look('admin new assistant, refused');
  await tab.visit(`/assistants/${assistant.id}/runtime-keys`);
  await page.getByRole('main').getByRole('button').first().click();
  await dialog.locator('input[name=name]').fill('production');
  await look('admin new runtime key');
  await dialog.locator('[type=submit]').click();
  await dialog.getByText('curl -s').waitFor();
  await look('admin runtime key, shown once');
  await dialog.getByRole('button').last().click();
  await page.getByRole('row', { name: 'production' }).first().getByRole('button').click();
  await dialog.waitFor();
  await look('admin revoke runtime key');
}
