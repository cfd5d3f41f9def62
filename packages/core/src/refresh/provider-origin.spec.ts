import { describe, expect, it } from '@jest/globals';
import { isOriginOf, writtenOrigin } from './provider-origin.js';

describe('the origin of a token URL as it is written', () => {
  it.each([
    ['https://idp.example.com/token', 'https://idp.example.com'],
    ['https://IdP.example.com:443/token?x=1', 'https://idp.example.com'],
    ['http://127.0.0.1:9000/token', 'http://127.0.0.1:9000'],
    ['https://{tenant}.example.com/oauth/token', 'https://{tenant}.example.com'],
  ])('%s → %s', (url, origin) => expect(writtenOrigin(url)).toBe(origin));

  it('is none where there is no URL', () => expect(writtenOrigin('urn:nothing')).toBeNull());

  it('fits the origins that its placeholders may lead to, and no other', () => {
    const written = 'https://{tenant}.example.com';
    expect(isOriginOf(written, 'https://acme.example.com')).toBe(true);
    expect(isOriginOf(written, 'https://acme.example.org')).toBe(false);
    expect(isOriginOf(written, 'https://example.com')).toBe(false);
    expect(isOriginOf('https://{a}-{b}.example.com', 'https://x-y.example.com')).toBe(true);
    expect(isOriginOf('https://{a}-{b}.example.com', 'https://xy.example.com')).toBe(false);
    expect(isOriginOf('https://idp.example.com', 'https://idp.example.com')).toBe(true);
  });
});
