import { describe, expect, it } from '@jest/globals';
import { askedLanguage, preferredLanguage } from './language.js';

describe('the language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['fr, ja', 'en'],
    ['de', 'de'],
    ['DE-at', 'de'],
    ['de-CH-1996, fr', 'de'],
    ['fr, de;q=0.5', 'de'],
    ['en;q=0.8, de;q=0.9', 'de'],
    ['de;q=0.8, en;q=0.9', 'en'],
    ['de, en', 'de'],
    ['en, de', 'en'],
    ['en-US,en;q=0.9,de;q=0.8', 'en'],
    ['de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7', 'de'],
    ['*, en;q=0', 'de'],
    ['de;q=0', 'en'],
    ['en;q=0, de;q=0.001', 'de'],
    ['de ; q=0.3 , en ; q=0.2', 'de'],
  ])('by the wish %j is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });

  it.each(['de;q=2', 'de;q=', 'de;q=0.1234', 'd_e', 'deutsch1-', ';q=1', 'de q=1', `${'de-'.repeat(20_000)}`])(
    'is not taken from what is no wish: %j',
    (header) => {
      expect(preferredLanguage(header)).toBe('en');
    },
  );

  it('is asked for by name, one of ours', () => {
    expect(askedLanguage({ query: { lang: 'de' } })).toBe('de');
    for (const query of [{}, undefined, { lang: 'fr' }, { lang: ['de'] }, { lang: 'toString' }, { lang: 'de ' }])
      expect(askedLanguage({ query })).toBeNull();
  });
});
