import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one run. PostgreSQL's own user must get in where we are root. */
export function makePlace(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `gk-bench-${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}

/** Removes the folder, and what the launcher put outside it because PostgreSQL's user can't enter our tree. */
export function removePlace(folder: string, postgres: { dataDir: string; binDir: string } | null): void {
  const used = postgres === null ? [] : [postgres.dataDir, postgres.binDir];
  const outside = used.flatMap((path) => /^\/var\/tmp\/grantkeeper-[^/]+/.exec(path)?.[0] ?? []);
  for (const path of [folder, ...outside]) rmSync(path, { recursive: true, force: true });
}
