import { describe, expect, it } from '@jest/globals';
import { browserName } from './browser-name.js';

const like = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('what is kept of a user agent', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox, Linux'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${like} Chrome/140.0 Safari/537.36 Edg/140.0`, 'Edge, Windows'],
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${like} Chrome/140.0 Safari/537.36`, 'Chrome, macOS'],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) ${like} Version/19.0 Mobile Safari/604.1`, 'Safari, iOS'],
    [`Mozilla/5.0 (Linux; Android 16) ${like} Chrome/140.0 Mobile Safari/537.36`, 'Chrome, Android'],
    ['curl/8.5.0', 'curl'],
    ['<script>alert(1)</script>', null],
    [undefined, null],
  ])('%s: %s', (userAgent, name) => expect(browserName(userAgent)).toBe(name));
});
