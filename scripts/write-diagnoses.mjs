// docs/test-diagnoses.md from the built rules that decide; a unit test of core compares. Run `npx turbo run build` first.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosisPage } from '../packages/core/dist/test-runs/diagnosis-page.js';
import { root } from './repo-files.mjs';

writeFileSync(join(root, 'docs/test-diagnoses.md'), diagnosisPage());
