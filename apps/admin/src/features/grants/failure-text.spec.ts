import { describe, expect, it } from '@jest/globals';
import { failureText } from './failure-text.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

describe('a failure in words', () => {
  it.each([
    ['timeout', en.failures.timeout],
    ['http_503', 'The provider answered with HTTP status 503.'],
    ['http_429', 'The provider asks us to slow down.'],
    ['unreadable_not_json', en.unreadable],
    ['configuration:invalid_client', 'The profile needs mending. The provider does not accept the client id or secret.'],
    ['configuration:http_404', 'The profile needs mending. The provider answered with HTTP status 404.'],
    ['slow_down', 'The provider answered “slow_down”.'],
    ['toString', 'The provider answered “toString”.'],
  ])('%s is told', (code, text) => expect(failureText(en, code)).toBe(text));

  it('has the same codes in every language', () => expect(Object.keys(de.failures)).toEqual(Object.keys(en.failures)));
});
