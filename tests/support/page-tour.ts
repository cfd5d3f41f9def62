import { randomUUID } from 'node:crypto';
import type { UserLink } from '@grantkeeper/contracts/users/http';
import type { Page } from 'playwright-core';
import { texts as signInTexts } from '../../apps/api/src/authorizations/pages/texts.js';
import type { Language } from '../../apps/api/src/pages/language.js';
import { texts as ownTexts } from '../../apps/api/src/users/texts.js';
import { type DemoPlace, linkFor, signInAtDemo } from './demo-place.js';
import type { System } from './system.js';
import { startTestRun } from './test-runs.js';

/** Says which page is shown now; the tour goes on when it has been looked at. */
export type Look = (name: string) => Promise<void>;

export interface Tour {
  system: System;
  page: Page;
  /** With `identityCheck` `confirm` and `code`. */
  places: { confirm: DemoPlace; code: DemoPlace };
  /** The language that the page's browser prefers; English unless told. The demo provider speaks English to everybody. */
  language?: Language;
}

/** From the link over every page of the demo provider to "Connected", and on the user's own page to the end of it. */
export async function tourOfConsent({ system, page, places: { confirm }, language = 'en' }: Tour, look: Look): Promise<void> {
  const { consent, check } = signInTexts[language];
  const own = ownTexts[language];
  const user = randomUUID();
  const { url } = await linkFor(system, confirm, user, 'Ada Lovelace');
  await page.goto(url);
  await look('consent');
  await page.getByRole('button', { name: consent.begin }).click();
  await look('demo login');
  await page.goto(url);
  await look('consent again');
  await page.getByRole('button', { name: consent.beginAgain }).click();
  await signInAtDemo(page, { ...confirm.user, password: 'mistyped' });
  await look('demo login, mistyped');
  await signInAtDemo(page, confirm.user);
  await look('demo consent');
  await page.getByRole('button', { name: 'Allow access' }).click();
  await look('account');
  await page.getByRole('button', { name: check.confirm }).click();
  await look('connected');
  const minted = await system.api<UserLink>('POST', '/v1/users/links', { body: { user }, token: confirm.key });
  await page.goto(minted.body.url);
  await look('own page');
  await page.getByRole('button', { name: own.disconnect('Demo provider') }).click();
  await page.getByText(own.revoked('Demo provider')).waitFor();
  await look('disconnected');
}

/** The pages that a person sees when it does not end so, and the code. */
export async function tourOfTheRest({ system, page, places, language = 'en' }: Tour, look: Look): Promise<void> {
  const { begin } = signInTexts[language].consent;
  await page.goto((await linkFor(system, places.confirm, randomUUID())).url);
  await page.getByRole('button', { name: begin }).click();
  await page
    .getByLabel('Login')
    .or(page.getByRole('button', { name: 'Allow access' }))
    .waitFor();
  if (await page.getByLabel('Login').isVisible()) await signInAtDemo(page, places.confirm.user);
  await page.getByRole('button', { name: 'Deny' }).click();
  await look('denied');
  await page.goto(`${system.publicUrl}/sign-in/unknown`);
  await look('unknown link');
  await page.goto(`${system.publicUrl}/me/unknown`);
  await look('unknown own page');
  await page.goto(`${system.publicUrl}/callback/${randomUUID()}?code=a&state=b`);
  await look('unknown callback');
  await page.goto(`${places.code.provider.issuer}/interaction/none`);
  await look('demo error');
  const { url } = await linkFor(system, places.code, randomUUID());
  await page.goto(url);
  await page.getByRole('button', { name: begin }).click();
  await signInAtDemo(page, places.code.user);
  await page.getByRole('button', { name: 'Allow access' }).click();
  await look('code');
  await page.context().clearCookies();
  await page.goto(url);
  await look('another browser');
  await tourOfTest({ system, page, places, language }, look);
}

/** The sign-in of a test, from its link to its end. */
async function tourOfTest({ system, page, places: { confirm }, language = 'en' }: Tour, look: Look): Promise<void> {
  const { consent, test } = signInTexts[language];
  await page.goto((await startTestRun(system, confirm.profile)).signInUrl);
  await page.getByRole('button', { name: consent.begin }).waitFor(); // the page goes on by itself once the settings are checked
  await look('test');
  await page.getByRole('button', { name: consent.begin }).click();
  await signInAtDemo(page, confirm.user);
  await page.getByRole('button', { name: 'Allow access' }).click();
  await page.getByRole('heading', { name: test.worked }).waitFor();
  await look('tested');
}
