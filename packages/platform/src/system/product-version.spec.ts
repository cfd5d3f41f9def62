import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { productVersion } from './product-version.js';

it('the version that is told is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(productVersion).toBe(version);
});
