import type { Page } from 'playwright-core';
import { openInAdmin, settled, signInToAdmin } from './admin.js';
import type { Look } from './page-tour.js';
import type { System } from './system.js';

/** What the admin's addresses are made of. */
export interface AdminStage {
  system: System;
  page: Page;
  assistantId: string;
  profileId: string;
}

/** Every page of the admin that has an address of its own. A feature adds its pages here. */
export function adminPages({
  assistantId,
  profileId,
}: Pick<AdminStage, 'assistantId' | 'profileId'>): { name: string; path: string }[] {
  return [
    { name: 'assistants', path: '/assistants' },
    { name: 'profiles', path: `/assistants/${assistantId}/profiles` },
    { name: 'new profile', path: `/assistants/${assistantId}/profiles/new` },
    { name: 'profile', path: `/profiles/${profileId}` },
    { name: 'runtime keys', path: `/assistants/${assistantId}/runtime-keys` },
    { name: 'no such page', path: '/no-such-page' },
  ];
}

/** From the sign-in page over every page of the admin, and its dialogs. */
export async function tourOfAdmin({ system, page, ...ids }: AdminStage, look: Look): Promise<void> {
  await page.goto(`${system.publicUrl}/admin/`);
  await settled(page);
  await look('admin sign-in');
  await signInToAdmin(page, system.publicUrl, system.operator);
  for (const { name, path } of adminPages(ids)) {
    await openInAdmin(page, path);
    await look(name);
  }
  await tourOfDialogs(page, ids, look);
}

async function tourOfDialogs(page: Page, { assistantId }: Pick<AdminStage, 'assistantId'>, look: Look): Promise<void> {
  await openInAdmin(page, '/assistants');
  await page.getByRole('button', { name: 'New assistant' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await page.getByText('Must not be empty').waitFor();
  await look('new assistant, refused');
  await page.keyboard.press('Escape');
  await openInAdmin(page, `/assistants/${assistantId}/runtime-keys`);
  await page.getByRole('button', { name: 'New runtime key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('production');
  await look('new runtime key');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByText('Copy it now').waitFor();
  await look('runtime key, shown once');
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('button', { name: 'Revoke: production' }).first().click();
  await page.getByRole('dialog').waitFor();
  await look('revoke runtime key');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
}
