import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyBinaries, findPostgres, mendBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { keepPrivateFile, readIfThere } from './private-file.js';

/** The system user that PostgreSQL runs as; undefined: the one we are. */
export type RunAs = { uid: number; gid: number } | undefined;

export interface PostgresPlace {
  binaries: PostgresBinaries;
  /** Holds `cluster` (PGDATA), `password` and the log. */
  home: string;
  runAs: RunAs;
}

/**
 * Decides who runs PostgreSQL and where its files are. PostgreSQL refuses root, and the user it then runs as may be unable
 * to enter our tree: binaries and data then go to a folder outside it that only root can have made.
 */
export async function preparePlace(dataDir: string): Promise<PostgresPlace> {
  const found = findPostgres();
  await mendBinaries(found);
  const runAs = chooseUser();
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, runAs ? 0o711 : 0o700); // whatever the umask; the cluster itself is 0700
  const inside = realpathSync(dataDir);
  if (!runAs) return { binaries: found, home: inside, runAs };

  const runnable = spawnSync(join(found.root, 'bin', 'postgres'), ['--version'], { ...runAs, cwd: '/' }).status === 0;
  const marker = join(inside, 'outside');
  const stays = canEnter(inside, runAs) && !existsSync(marker);
  if (runnable && stays) return { binaries: found, home: inside, runAs };

  const outside = claimOutside(inside);
  const binaries = runnable ? found : await copyBinaries(found, outside);
  return { binaries, home: stays ? inside : outsideHome(inside, outside, marker), runAs };
}

function chooseUser(): RunAs {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
      );
      if (uid && gid) return { uid, gid };
    } catch {
      // no such user: try the next
    }
  }
  throw new Error('PostgreSQL refuses to run as root, and this system has neither a user "postgres" nor "nobody".');
}

function canEnter(folder: string, runAs: NonNullable<RunAs>): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...runAs, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** /var/tmp survives a reboot, unlike /tmp, and does not depend on TMPDIR; anybody may create there, so the owner is checked. */
function claimOutside(inside: string): string {
  const folder = `/var/tmp/grantkeeper-${createHash('sha256').update(inside).digest('hex').slice(0, 16)}`;
  try {
    mkdirSync(folder, { mode: 0o711 });
    chmodSync(folder, 0o711); // whatever the umask
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0)
    throw new Error(`${folder} was made by somebody else; remove it and start again.`);
  return folder;
}

/** The data outside belong to the marker inside: when `.local` was deleted, what it left outside goes too. */
function outsideHome(inside: string, outside: string, marker: string): string {
  if (!existsSync(marker) && readIfThere(join(inside, 'cluster', 'PG_VERSION'))) {
    throw new Error(
      `PostgreSQL's own user can no longer enter ${inside}: let it traverse the folders above, or remove ${inside} to begin anew.`,
    );
  }
  const name = keepPrivateFile(marker, () => `data-${randomBytes(8).toString('hex')}`);
  for (const other of readdirSync(outside)) {
    if (other.startsWith('data-') && other !== name) rmSync(join(outside, other), { recursive: true, force: true });
  }
  const home = join(outside, name);
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o711);
  return home;
}

/** Gives a file or folder to the user that PostgreSQL runs as. */
export function giveTo(runAs: RunAs, path: string): void {
  if (runAs) chownSync(path, runAs.uid, runAs.gid);
}
