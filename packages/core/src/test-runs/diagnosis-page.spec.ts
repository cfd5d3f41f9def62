import { readFileSync } from 'node:fs';
import { diagnosisCodeSchema } from '@grantkeeper/contracts/test-runs/http';
import { describe, expect, it } from '@jest/globals';
import { diagnosisPage } from './diagnosis-page.js';

describe('docs/test-diagnoses.md', () => {
  it('is what the rules say; if not: npx turbo run build && node scripts/write-diagnoses.mjs', () => {
    expect(readFileSync(new URL('../../../../docs/test-diagnoses.md', import.meta.url), 'utf8')).toBe(diagnosisPage());
  });

  it.each(diagnosisCodeSchema.options)('tells how %s is known', (code) => expect(diagnosisPage()).toContain(`| \`${code}\` |`));
});
