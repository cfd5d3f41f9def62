import { describe, expect, it } from '@jest/globals';
import { codeOnPage } from './page-code.js';

describe('the code on a page', () => {
  it('is not taken from an id that happens to hold only digits', () =>
    expect(codeOnPage('for user-0fe0a1b2-1234-4567-8901-abcdefabcdef: 7K2M-9QPX in the chat')).toBe('7K2M-9QPX'));

  it('is none where there is none', () => expect(codeOnPage('user-0fe0a1b2-1234-4567-8901-abcdefabcdef')).toBe(''));
});
