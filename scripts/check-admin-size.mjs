// The admin's script stays small enough for a slow line: what the sign-in page loads, and all chunks together, as they are sent.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { report, root } from './repo-files.mjs';

const firstLoadKb = 250;
const allKb = 450;
const folder = join(root, 'apps/admin/dist');
/** What the entry loads for somebody who has to sign in. */
const signInPage = ['src/start.tsx', 'src/features/sign-in/sign-in-page.tsx'];

const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));

/** The files of a chunk and of every chunk that it cannot run without. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the manifest knows no ${key}`);
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const next of chunk.imports ?? []) filesOf(next, seen);
  return seen;
}

const kilobytes = (files) =>
  Math.round(files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0) / 1000);
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = kilobytes([...signInPage.reduce((seen, key) => filesOf(key, seen), filesOf(entry))]);
const all = kilobytes(
  readdirSync(join(folder, 'assets'), { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => `assets/${name}`),
);
report(
  [
    ...(first > firstLoadKb ? [`the sign-in page loads ${first} kB of script, more than ${firstLoadKb} kB`] : []),
    ...(all > allKb ? [`all chunks have ${all} kB of script, more than ${allKb} kB`] : []),
  ],
  `the sign-in page loads ${first} kB of script (gzip) of at most ${firstLoadKb}, all chunks have ${all} of at most ${allKb}`,
);
