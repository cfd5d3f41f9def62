import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { type DemoPlace, linkFor, signInAtDemo } from './demo-place.js';
import type { System } from './system.js';

/** Says which page is shown now; the tour goes on when it has been looked at. */
export type Look = (name: string) => Promise<void>;

export interface Tour {
  system: System;
  page: Page;
  /** With `identityCheck` `confirm` and `code`. */
  places: { confirm: DemoPlace; code: DemoPlace };
}

/** From the link over every page of the demo provider to "Connected". */
export async function tourOfConsent({ system, page, places: { confirm } }: Tour, look: Look): Promise<void> {
  const { url } = await linkFor(system, confirm, randomUUID(), 'Ada Lovelace');
  await page.goto(url);
  await look('consent');
  await page.getByRole('button', { name: 'Continue' }).click();
  await look('demo login');
  await page.goto(url);
  await look('consent again');
  await page.getByRole('button', { name: 'Continue again' }).click();
  await signInAtDemo(page, { ...confirm.user, password: 'mistyped' });
  await look('demo login, mistyped');
  await signInAtDemo(page, confirm.user);
  await look('demo consent');
  await page.getByRole('button', { name: 'Allow access' }).click();
  await look('account');
  await page.getByRole('button', { name: 'Continue' }).click();
  await look('connected');
}

/** The pages that a person sees when it does not end so, and the code. */
export async function tourOfTheRest({ system, page, places }: Tour, look: Look): Promise<void> {
  await page.goto((await linkFor(system, places.confirm, randomUUID())).url);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page
    .getByLabel('Login')
    .or(page.getByRole('button', { name: 'Allow access' }))
    .waitFor();
  if (await page.getByLabel('Login').isVisible()) await signInAtDemo(page, places.confirm.user);
  await page.getByRole('button', { name: 'Deny' }).click();
  await look('denied');
  await page.goto(`${system.publicUrl}/sign-in/unknown`);
  await look('unknown link');
  await page.goto(`${system.publicUrl}/callback/${randomUUID()}?code=a&state=b`);
  await look('unknown callback');
  await page.goto(`${places.code.provider.issuer}/interaction/none`);
  await look('demo error');
  const { url } = await linkFor(system, places.code, randomUUID());
  await page.goto(url);
  await page.getByRole('button', { name: 'Continue' }).click();
  await signInAtDemo(page, places.code.user);
  await page.getByRole('button', { name: 'Allow access' }).click();
  await look('code');
  await page.context().clearCookies();
  await page.goto(url);
  await look('another browser');
}
