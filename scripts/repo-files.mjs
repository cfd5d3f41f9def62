// What the checks share: the repository's files (tracked, and new ones not ignored) and one way to report.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every file that is, or would be, committed. Paths from the root, with forward slashes. */
export function repositoryFiles() {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  return [...new Set(list.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path)));
}

export function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

/** The package.json of the root and of every workspace. */
export function manifests() {
  return repositoryFiles()
    .filter((path) => /^((apps|packages|tools)\/[^/]+\/|tests\/)?package\.json$/.test(path))
    .map((path) => ({ path, manifest: JSON.parse(read(path)) }));
}

/** Prints every failure, or the one line that says what was found good, and sets the exit code. */
export function report(failures, good) {
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
  else console.log(good);
}
