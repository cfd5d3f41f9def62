import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { giveTo, type PostgresPlace } from './postgres-place.js';
import { keepPrivateFile, readIfThere } from './private-file.js';

export interface Cluster {
  pgdata: string;
  password: string;
}

/**
 * Makes the database cluster where there is none yet. initdb works under another name that is renamed at its end, so a
 * half-made cluster is never taken for a whole one.
 */
export async function ensureCluster(place: PostgresPlace): Promise<Cluster> {
  const pgdata = join(place.home, 'cluster');
  const passwordFile = join(place.home, 'password');
  const version = readIfThere(join(pgdata, 'PG_VERSION'))?.trim();
  if (version) {
    refuseOtherMajor(place, pgdata, version);
    const password = readIfThere(passwordFile);
    if (!password) throw new Error(`${passwordFile} is missing: put it back, or remove ${place.home} to begin anew.`);
    return { pgdata, password };
  }
  const password = keepPrivateFile(passwordFile, () => randomBytes(24).toString('base64url'));
  giveTo(place.runAs, passwordFile);
  const draft = join(place.home, 'cluster.unfinished');
  for (const left of [draft, pgdata]) rmSync(left, { recursive: true, force: true });
  mkdirSync(draft);
  chmodSync(draft, 0o700);
  giveTo(place.runAs, draft);
  await initdb(place, draft, passwordFile);
  renameSync(draft, pgdata);
  return { pgdata, password };
}

function refuseOtherMajor({ binaries }: PostgresPlace, pgdata: string, version: string): void {
  const major = binaries.version.split('.')[0];
  if (version !== major && existsSync(pgdata)) {
    throw new Error(`${pgdata} was made by PostgreSQL ${version}, installed is ${major}: move it away to begin anew.`);
  }
}

function initdb(place: PostgresPlace, pgdata: string, passwordFile: string): Promise<void> {
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
  return new Promise((resolve, reject) => {
    const child = spawn(
      join(place.binaries.root, 'bin', 'initdb'),
      [`--pgdata=${pgdata}`, `--pwfile=${passwordFile}`, ...flags],
      {
        ...place.runAs,
        cwd: '/',
        env: postgresEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb ended with ${code ?? signal}: ${said.trim().slice(-2000)}`));
    });
  });
}

/** Nothing of ours: the environment of a process is readable for the user that it runs as. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
