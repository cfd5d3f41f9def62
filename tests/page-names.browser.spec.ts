import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from './support/chromium.js';
import { demoPlace } from './support/demo-place.js';
import { type Tour, tourOfConsent, tourOfTheRest } from './support/page-tour.js';
import { type System, startSystem } from './support/system.js';

const spoken = /^\s*- (heading|term|definition|list|listitem|alert|status|textbox|button|link)\b/;

describe('what a screen reader is told of each page', () => {
  let system: System;
  let chromium: Browser;
  let places: Tour['places'];
  const told: Record<string, string[]> = {};

  beforeAll(async () => {
    system = await startSystem();
    chromium = await launchChromium();
    const confirm = await demoPlace(system, 'Helpdesk bot');
    places = { confirm, code: await demoPlace(system, 'Support bot', { identityCheck: 'code' }) };
    const page = await chromium.newPage();
    const look = async (shown: string) => {
      const lines = (await page.getByRole('main').ariaSnapshot()).split('\n').filter((line) => spoken.test(line));
      told[shown] = lines.map((line) => line.trim().replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'U042'));
    };
    await tourOfConsent({ system, page, places }, look);
    await tourOfTheRest({ system, page, places }, look);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await Promise.all(Object.values(places ?? {}).map(({ provider }) => provider.stop()));
  });

  it('before consent: who asks, for whom, where, for what, and one button', () => {
    expect(told.consent).toEqual([
      '- heading "Connect Demo provider to Helpdesk bot" [level=1]',
      '- term: For the chat user',
      '- definition: Ada Lovelace U042, as stated by Helpdesk bot',
      '- term: You sign in at',
      `- definition: ${new URL(places.confirm.provider.issuer).host}`,
      '- heading "What it asks for" [level=2]',
      '- list "What it asks for":',
      '- listitem: openid who you are',
      '- listitem: offline_access while you are away',
      '- listitem: email your e-mail address',
      '- button "Continue"',
    ]);
  });

  it('on the user’s own page: what is connected, who was handed a token, and a button that says what it ends', () => {
    expect(told['own page']).toEqual([
      '- heading "Your connections with Helpdesk bot" [level=1]',
      '- term: For the chat user',
      '- definition: U042 as stated by Helpdesk bot',
      '- heading "Demo provider" [level=2]',
      '- term: Account',
      '- definition: ada@example.com',
      '- term: Connected',
      expect.stringMatching(/^- definition:/),
      '- term: Handed a token in the last 90 days',
      '- definition: nobody',
      '- heading "What it may do" [level=3]',
      '- list "What it may do":',
      '- listitem: openid',
      '- listitem: offline_access',
      '- listitem: email',
      '- button "Disconnect Demo provider"',
    ]);
    expect(told.disconnected).toContainEqual('- heading "Demo provider is disconnected" [level=2]');
    expect(told.disconnected).toContainEqual('- status: Demo provider has been told and has ended the access.');
  });

  it('before the consent of a test: that nothing is connected by it', () => {
    expect(told.test).toEqual([
      '- heading "Test the connection of Helpdesk bot with Demo provider" [level=1]',
      '- term: You sign in at',
      `- definition: ${new URL(places.confirm.provider.issuer).host}`,
      '- heading "What it asks for" [level=2]',
      '- list "What it asks for":',
      '- listitem: openid who you are',
      '- listitem: offline_access while you are away',
      '- listitem: email your e-mail address',
      '- button "Continue"',
    ]);
    expect(told.tested).toEqual([
      '- heading "The test worked" [level=1]',
      '- status: Demo provider gave a token, and it was thrown away. Nothing was connected.',
    ]);
  });

  it('after consent: whose account goes to which chat user, and a way out', () => {
    expect(told.account).toEqual([
      '- heading "Is this right?" [level=1]',
      '- term: Account at Demo provider',
      '- definition: ada@example.com',
      '- term: For the chat user',
      '- definition: Ada Lovelace U042, as stated by Helpdesk bot',
      '- button "Continue"',
      '- button "This is not me"',
    ]);
  });

  it('the code, and what can be done with it', () => {
    expect(told.code).toEqual([
      '- heading "Type this code into the chat" [level=1]',
      expect.stringMatching(/^- status: [0-9A-Z]{4}-[0-9A-Z]{4}$/),
      '- link "I have sent it":',
      '- button "This is not me"',
    ]);
  });

  it('at the demo provider: named fields, what was wrong, what is asked for', () => {
    expect(told['demo login']).toEqual([
      '- heading "Sign in" [level=1]',
      '- textbox "Login"',
      '- textbox "Password"',
      '- button "Sign in"',
    ]);
    expect(told['demo login, mistyped']).toEqual([
      '- heading "Sign in" [level=1]',
      '- alert: This login and password do not match. Try again.',
      '- textbox "Login" [invalid]: ada',
      '- textbox "Password" [invalid]',
      '- button "Sign in"',
    ]);
    expect(told['demo consent']).toEqual([
      '- heading "Allow access?" [level=1]',
      '- list "It wants to:":',
      '- listitem: know who you are',
      '- listitem: keep access while you are away',
      '- listitem: read your e-mail address',
      '- button "Allow access"',
      '- button "Deny"',
      '- button "Use another account"',
    ]);
  });

  it('every end, by its heading first', () => {
    const ends = ['connected', 'denied', 'unknown link', 'unknown callback', 'demo error', 'another browser'];
    expect(ends.map((end) => told[end]?.[0])).toEqual([
      '- heading "Connected" [level=1]',
      '- heading "Not connected" [level=1]',
      '- heading "This link does not exist" [level=1]',
      '- heading "This sign-in was not recognised" [level=1]',
      '- heading "This did not work" [level=1]',
      '- heading "This link is in use in another browser" [level=1]',
    ]);
  });
});
