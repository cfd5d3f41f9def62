import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { aSignIn, consent, ends, everyPage, path } from '../../../test-fixtures/every-page.js';
import { html } from '../../http/html.js';
import type { AskedInputs } from '../../pages/asked-inputs.js';
import { documentOf as documentIn, type Page, securityPolicyOf as policyOf } from '../../pages/page.js';
import { outcomePage } from './outcome-pages.js';
import { accountPage, codePage, waitingPage } from './sign-in-pages.js';

const hostile = `"><script>alert('x')</script><img src=x onerror=1>&amp;`;
const documentOf = (page: Page): string => documentIn(page, 'en');
const securityPolicyOf = (page: Page): string => policyOf(page('en'));

describe('every page', () => {
  it('escapes whatever came from outside, in text and attributes', () => {
    const signIn = aSignIn({ userId: hostile, displayName: hostile, assistantName: hostile, accountLabel: hostile });
    signIn.definition.identityProvider = hostile;
    signIn.definition.scope = [{ value: hostile }];
    for (const page of everyPage(signIn, hostile)) {
      const document = documentOf(page);
      expect(document).not.toMatch(/<script|<img|onerror=1>/i);
      expect(document).not.toContain(hostile);
    }
  });

  it('has a language, a title, one heading, landmarks and no script, inline style or outside asset', () => {
    for (const page of everyPage(aSignIn())) {
      const document = documentOf(page);
      expect(document).toContain('<html lang="en">');
      expect(document).toMatch(/<title>.+ – Grantkeeper<\/title>/);
      expect(document.match(/<h1>/g)).toHaveLength(1);
      for (const landmark of ['<header>', '<main>', '<footer>']) expect(document).toContain(landmark);
      expect(document).not.toMatch(/<script|\sstyle=|\son\w+=|src=|href="(?!data:image|\/sign-in\/|\/me\/|\?lang=)/i);
    }
  });

  it('allows its own stylesheet by hash and nothing else', () => {
    const page = consent(aSignIn());
    const inlined = /<style>([\s\S]*)<\/style>/.exec(documentOf(page))?.[1] ?? '';
    const policy = securityPolicyOf(page);
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(inlined).digest('base64')}'`);
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain(`frame-ancestors 'none'`);
    expect(policy).not.toMatch(/unsafe|\*|script-src/);
  });
});

describe('the page before consent', () => {
  it('asks for a field whose key is a word that every object knows', () => {
    const document = documentOf(consent(aSignIn(), { fields: [{ key: 'toString', prefix: 'x-' }] }));
    expect(document).toContain('name="field.toString"');
    expect(document).not.toContain('native code');
  });

  it('says who asks, at which provider, with which scopes, for which chat user', () => {
    const document = documentOf(consent(aSignIn()));
    for (const text of [
      'Helpdesk bot',
      'ServiceNow',
      'provider.test',
      '<li>read</li>',
      '<li>write</li>',
      'Ada',
      'U042',
      'as stated by Helpdesk bot',
      'Continue',
    ]) {
      expect(document).toContain(text);
    }
  });

  it('lets its form lead to https, and to plain http only where the provider or the return is there', () => {
    expect(securityPolicyOf(consent(aSignIn()))).toMatch(/form-action 'self' https:$/);
    const plain = aSignIn({ returnUrl: 'http://127.0.0.1:9/back' });
    plain.definition.authorizationUrl = 'http://127.0.0.1:8/authorize?x=1';
    expect(securityPolicyOf(consent(plain))).toMatch(
      /form-action 'self' https: http:\/\/127\.0\.0\.1:8 http:\/\/127\.0\.0\.1:9$/,
    );
  });
});

describe('pages of an authorization under way', () => {
  it('ask again by themselves and by hand while there is something to wait for', () => {
    for (const state of ['code_received', 'exchanging', 'awaiting_verifier'] as const) {
      const document = documentOf(waitingPage(aSignIn({ state }), path));
      expect(document).toContain('<meta http-equiv="refresh" content="2">');
      expect(document).toContain(`href="${path}"`);
    }
  });

  it('stand still while a person reads', () => {
    const still = [consent(aSignIn()), codePage(aSignIn(), path, 'ABCD1234'), accountPage(aSignIn(), path)];
    for (const page of still) expect(documentOf(page)).not.toContain('http-equiv="refresh"');
  });

  it('shows the code in two groups and the account that was used', () => {
    const document = documentOf(codePage(aSignIn(), path, 'ABCD1234'));
    expect(document).toContain('ABCD-1234');
    expect(document).toContain('ada@example.com');
  });

  it('names account and chat user before the second Continue, with a way out', () => {
    const document = documentOf(accountPage(aSignIn(), path));
    for (const text of ['ada@example.com', 'Ada', 'U042', '>Continue<', 'This is not me', 'value="confirm"', 'value="reject"'])
      expect(document).toContain(text);
  });
});

describe('the outcome', () => {
  it('tells every end in words of its own, and an overdue link as expired', () => {
    const titles = ends.map((state) => outcomePage(aSignIn({ state, reason: 'client_refused' }))('en').title);
    expect(titles).not.toContain(undefined);
    expect(documentOf(outcomePage(aSignIn({ state: 'consented' })))).toContain('Connected');
    expect(outcomePage(aSignIn({ overdue: true }))('en')).toMatchObject({ status: 410, title: 'This link has expired' });
  });
});

describe('html', () => {
  it('takes markup only from itself', () => {
    expect(html`<p>${'<b>'}${html`<i>${"'"}</i>`}${[html`&`, html`;`]}${null}${false}${0}</p>`.markup).toBe(
      '<p>&lt;b&gt;<i>&#39;</i>&;0</p>',
    );
  });
});

describe('what a person is asked before consent', () => {
  const hostile = '"><script>alert(1)</script>';
  const asked: Partial<AskedInputs> = {
    asksTenant: true,
    fields: [
      { key: 'pin', label: 'PIN', hint: 'On your card', secret: true },
      { key: 'shop', suffix: '.shop.example', required: false },
      { key: 'region', allowedValues: ['eu', hostile] },
    ],
    typed: { tenant: hostile, fields: { pin: 'typed-secret', shop: 'mine.shop.example', region: hostile } },
  };
  const shown = (more: Partial<AskedInputs> = {}) => documentOf(consent(aSignIn(), { ...asked, ...more }));

  it('has a label for each input, its hint with it, and what was typed before', () => {
    expect(shown()).toContain('<label for="asked-0">Your organisation at ');
    expect(shown()).toMatch(
      /<label for="asked-1">PIN<\/label>.*id="asked-1-hint">On your card<.*aria-describedby="asked-1-hint" required>/,
    );
    expect(shown()).toMatch(/name="field.shop" type="text"[^>]* value="mine">.*<span>\.shop\.example<\/span>/);
    expect(shown()).toMatch(/<option selected>&quot;&gt;&lt;script&gt;/);
  });

  it('never shows a secret again, and nothing typed becomes markup', () => {
    expect(shown()).not.toContain('typed-secret');
    expect(shown()).not.toContain('<script>');
  });

  it('says at the input what is wrong with it, and at the top what no input can mend', () => {
    const errors = [
      { path: 'fields.pin', code: 'pattern', message: 'is not in the form that is asked for' },
      { path: 'tenant', code: 'x', message: 'must not hold a slash: it is one segment of a path ({tenant})' },
      { path: 'user', code: 'x', message: 'does not fit' },
    ];
    const page = consent(aSignIn(), { ...asked, errors });
    expect([page('en').status, page('en').title]).toEqual([422, expect.stringMatching(/^Please check: /)]);
    expect(documentOf(page)).toMatch(/aria-describedby="asked-1-hint asked-1-error" aria-invalid="true"/);
    expect(documentOf(page)).toMatch(/id="asked-1-error" role="alert">PIN is not in the form that is asked for/);
    expect(documentOf(page)).toMatch(/id="asked-0-error" role="alert">Your organisation at [^<]* must not hold a slash<\/p>/);
    expect(documentOf(page)).toContain('role="alert">user does not fit</p>');
  });
});
