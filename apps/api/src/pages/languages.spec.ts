import { describe, expect, it } from '@jest/globals';
import { aSignIn, everyPage } from '../../test-fixtures/every-page.js';
import { type Language, languages } from './language.js';
import { documentOf, type Page } from './page.js';

const pages = everyPage(aSignIn());
/** What a person or a screen reader is told, piece by piece. */
const piecesOf = (page: Page, language: Language): string[] => {
  const document = documentOf(page, language).replace(/<style>.*?<\/style>/s, '');
  const attributes = [...document.matchAll(/(?:aria-label|title|alt|placeholder)="([^"]*)"/g)].map(([, text = '']) => text);
  const texts = document.replace(/<[^>]*>/g, '\n').split('\n');
  return [...texts, ...attributes].map((text) => text.trim()).filter((text) => /\p{L}/u.test(text));
};
/** Names and values, which are nobody's words. */
const names = [
  'Grantkeeper',
  'ServiceNow',
  'Helpdesk bot',
  'Ada',
  'ada@example.com',
  'U042',
  'ABCD-1234',
  'provider.test',
  'PIN',
];
const values = ['read', 'write', 'acme', 'work', 'Chat', 'Link', 'Organisation', 'Test', 'H', 'S'];
const english =
  /\b(?:the|and|you|your|is|are|not|with|this|that|please|go|back|nothing|for|of|to|it|by|here|there|sign|link has)\b/i;
const withoutNames = (text: string): string => names.reduce((left, name) => left.replaceAll(name, ''), text);

describe('pages in German', () => {
  it('say nothing that they say in English too', () => {
    const same = pages.flatMap((page) => {
      const inEnglish = new Set(piecesOf(page, 'en'));
      return piecesOf(page, 'de').filter((piece) => inEnglish.has(piece) && ![...names, ...values].includes(piece));
    });
    expect([...new Set(same)].filter((piece) => !Object.values<string>(languages).includes(piece))).toEqual([]);
  });

  it('hold no English word', () => {
    const told = pages.flatMap((page) => piecesOf(page, 'de'));
    expect([...new Set(told)].filter((piece) => english.test(withoutNames(piece)))).toEqual([]);
    expect(pages.every((page) => piecesOf(page, 'en').some((piece) => english.test(withoutNames(piece))))).toBe(true);
  });

  it('name their language, and offer the others without losing the address', () => {
    for (const page of pages) {
      expect(documentOf(page, 'de')).toContain('<html lang="de">');
      expect(documentOf(page, 'de')).toContain('<a href="?lang=en" hreflang="en" lang="en">English</a>');
      expect(documentOf(page, 'en')).toContain('<a href="?lang=de" hreflang="de" lang="de">Deutsch</a>');
    }
  });

  it('are the same pages: status, form, refresh and every name', () => {
    for (const page of pages) {
      const [english, german] = [page('en'), page('de')];
      expect({ ...german, title: '', body: '' }).toEqual({ ...english, title: '', body: '' });
      const skeleton = (markup: string) => markup.match(/<(?:form|input|button|select|a|h\d|section|dl|dt)\b|name="[^"]*"/g);
      expect(skeleton(german.body.markup)).toEqual(skeleton(english.body.markup));
      for (const name of ['ServiceNow', 'Helpdesk bot', 'ada@example.com', 'U042', 'provider.test'])
        expect(german.body.markup.includes(name)).toBe(english.body.markup.includes(name));
    }
  });
});
