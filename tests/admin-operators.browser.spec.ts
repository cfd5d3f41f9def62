import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openAdmin } from './support/admin-page.js';
import { launchChromium } from './support/chromium.js';
import { CompanyProvider } from './support/company-provider.js';
import { type System, startSystem } from './support/system.js';

describe('operators, their accounts and the audit log, in Chromium', () => {
  let system: System;
  let chromium: Browser;
  let company: CompanyProvider;
  let admin: Page;
  let author: Page;
  const email = 'author@example.com';
  let password = '';

  beforeAll(async () => {
    company = await CompanyProvider.start();
    const apiEnv = {
      OIDC_ISSUER: company.issuer,
      OIDC_CLIENT_ID: company.clientId,
      OIDC_CLIENT_SECRET: company.clientSecret,
      OIDC_ROLES: 'helpdesk=operator',
      OIDC_NAME: 'Example Inc.',
    };
    [system, chromium] = await Promise.all([startSystem({ worker: 0, apiEnv }), launchChromium()]);
    await system.givenAssistant('Travel bot');
    await system.givenAssistant('Support bot');
    admin = await openAdmin(system, chromium);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await company?.stop();
  });

  const visit = (page: Page, path: string) => page.goto(`${system.publicUrl}/admin${path}`);
  /** Some words stand twice in a row, once for each width of the window. */
  const seenInRow = (text: string) =>
    admin.getByRole('row').filter({ hasText: email }).getByText(text, { exact: true }).filter({ visible: true }).waitFor();
  it('an admin adds an author for one assistant, and is told what is wrong beside its field', async () => {
    await admin.getByRole('link', { name: 'Operators' }).click();
    await admin.getByRole('button', { name: 'New operator' }).click();
    const dialog = admin.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.locator('#operator-email:focus').waitFor();
    for (const name of ['email', 'password']) await dialog.locator(`#operator-${name}-error`).waitFor();
    await dialog.getByLabel('Email').fill(email);
    await dialog.getByRole('button', { name: 'Suggest a password' }).click();
    password = await dialog.locator('#operator-password').inputValue();
    expect(password).toMatch(/^([a-z2-9]{4}-){5}[a-z2-9]{4}$/);
    await choose(admin, 'Role for all assistants', 'None: only the assistants below');
    await dialog.getByRole('button', { name: 'Add a role' }).click();
    await choose(admin, 'Assistant', 'Travel bot');
    await choose(admin, 'Role', 'Author');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.waitFor({ state: 'detached' });
    await seenInRow('Author of Travel bot');
  });

  it('the author sees that assistant alone, and nothing of the installation', async () => {
    author = await openAdmin(system, chromium, {}, { email, password });
    await author
      .getByRole('cell', { name: 'Travel bot' })
      .or(author.getByRole('rowheader', { name: 'Travel bot' }))
      .waitFor();
    expect(await author.getByRole('rowheader').allTextContents()).toEqual(['Travel bot']);
    for (const name of ['Operators', 'Audit log']) expect(await author.getByRole('link', { name }).count()).toBe(0);
    expect(await author.getByRole('button', { name: 'New assistant' }).count()).toBe(0);
  });

  it('the author makes an API token that is shown once, revokes it, and is told that the password is another', async () => {
    await visit(author, '/account');
    await author.getByText('This one').waitFor();
    await author.getByRole('button', { name: 'New API token' }).click();
    const dialog = author.getByRole('dialog');
    await dialog.getByLabel('Name').fill('nightly');
    await dialog.getByRole('button', { name: 'Create' }).click();
    const token = (await dialog.getByRole('region', { name: 'The API token' }).textContent()) ?? '';
    expect((await system.api('GET', '/v1/session', { token })).status).toBe(200);
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await author.getByRole('button', { name: 'Revoke: nightly' }).click();
    await author.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await author.getByText('“nightly” is revoked.').waitFor();
    expect((await system.api('GET', '/v1/session', { token })).status).toBe(401);
    await author.getByLabel('Current password').fill('not it');
    await author.getByLabel('New password').fill('a long pass phrase');
    await author.getByRole('button', { name: 'Change password' }).click();
    await author.locator('#operator-currentPassword:focus').waitFor();
    await author.getByLabel('Current password').fill(password);
    await author.getByRole('button', { name: 'Change password' }).click();
    await author.getByText('Your password is changed.').waitFor();
  });

  it('an admin disables an operator, and the audit log tells it, before and after, as a file too, and proves that it is whole', async () => {
    const second = 'second@example.com';
    const body = { email: second, password: 'a long pass phrase', role: 'author' };
    const made = await system.asOperator<{ id: string }>('POST', '/v1/operators', body);
    await system.asOperator('PATCH', `/v1/operators/${made.body.id}`, { role: 'viewer' }, { 'if-match': '"1"' });
    await visit(admin, '/operators');
    await admin.getByRole('button', { name: `Actions for ${second}` }).click();
    await admin.getByRole('menuitem', { name: 'Disable' }).click();
    await admin.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await admin.getByText(`${second} is disabled.`).waitFor();

    await visit(admin, '/audit');
    await admin.getByLabel('Action').first().fill('operators.change');
    await admin
      .getByRole('button', { name: /^operators\.change: Details/ })
      .last()
      .click();
    const change = admin.getByRole('dialog').getByRole('region', { name: 'Before and after' });
    await change.waitFor();
    expect(await change.textContent()).toContain('roleauthorviewer');
    await admin.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await admin.getByRole('button', { name: 'Verify the chain' }).click();
    await admin.getByText(/The chain is intact: \d+ entries\./).waitFor();
    await admin.getByRole('button', { name: 'Export' }).click();
    const href = await admin.getByRole('menuitem', { name: 'Export as CSV' }).getAttribute('href');
    const csv = await (await admin.request.get(`${system.publicUrl}${href}`)).text();
    expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
  });

  it('somebody from the company signs in with one click, and who has no role is told so', async () => {
    const page = await (await chromium.newContext({ locale: 'en-GB' })).newPage();
    await visit(page, '/sign-in');
    company.person = { claims: { sub: 'x', email: 'x@example.com', groups: [] } };
    await page.getByRole('link', { name: 'Example Inc.' }).click();
    await page.getByText('None of your groups at the company has a role here.').waitFor();
    company.person = { claims: { sub: 'h', email: 'helpdesk@example.com', groups: ['helpdesk'] } };
    await page.getByRole('link', { name: 'Example Inc.' }).click();
    await page.getByRole('navigation').first().waitFor();
    await visit(page, '/account');
    await page.getByText('You sign in at the company').waitFor();
  });
});

/** Takes one of the choices of a list, as with the mouse. */
async function choose(page: Page, label: string, choice: string): Promise<void> {
  await page
    .getByRole('dialog')
    .getByRole('combobox', { name: label, exact: true })
    .or(page.getByRole('dialog').getByRole('textbox', { name: label, exact: true }))
    .first()
    .click();
  await page.getByRole('option', { name: choice, exact: true }).click();
}
