// Shared by npm start, npm test and npm run verify: a fresh clone needs no step before them.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Installs exactly what the lock file says, unless an installation has been completed here before. */
export async function ensureInstalled(root) {
  if (existsSync(join(root, 'node_modules', '.package-lock.json'))) return; // npm writes it last
  console.error('Installing the dependencies (once; about a minute) …');
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
  const code = await new Promise((resolve, reject) => npm.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`npm ci ended with code ${code}`);
}
