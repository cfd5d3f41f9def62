import { describe, expect, it } from '@jest/globals';
import { isFromOurPage } from './same-origin.js';

const ours = 'https://grants.test';

describe('a form', () => {
  it.each([
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }],
    [{ 'sec-fetch-site': 'same-origin', origin: ours }],
    [{ origin: ours }],
    [{}],
  ])('is taken from a page of ours, or from no browser at all: %j', (headers) => {
    expect(isFromOurPage({ headers }, ours)).toBe(true);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'null' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://other.grants.test' }],
    [{ 'sec-fetch-site': 'none', origin: 'null' }],
    [{ origin: 'https://evil.test' }],
    [{ origin: 'null' }],
    [{ origin: 'https://grants.test.evil.test' }],
  ])('is refused from elsewhere: %j', (headers) => {
    expect(isFromOurPage({ headers }, ours)).toBe(false);
  });
});
