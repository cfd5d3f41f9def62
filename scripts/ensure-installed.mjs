// Shared by npm start, npm test and npm run verify: a fresh clone needs no step before them.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const quiet = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];

/** Installs what the lock file says, unless exactly that is installed already. */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  console.error('Installing the dependencies (once; about a minute) …');
  // "npm ci" empties node_modules first, which would pull the ground from under a running stack.
  const attempts = existsSync(join(root, 'node_modules')) ? [] : [await npm(root, ['ci', ...quiet])];
  // It also refuses a lock file that lacks packages for other platforms, as one made from a partial registry mirror does.
  if (attempts.every(({ code }) => code !== 0)) attempts.push(await npm(root, ['install', '--no-save', ...quiet]));
  if (attempts.some(({ code }) => code === 0)) return;
  throw new Error(attempts.map(({ said }) => said.trim()).join('\n\n'));
}

/** npm writes what it has installed at the very end into a hidden lock file. */
function isInstalled(root) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  return Object.entries(readPackages(join(root, 'package-lock.json')) ?? {}).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    return found ? found.version === wanted.version : wanted.optional || wanted.devOptional || wanted.peer;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return null;
  }
}

function npm(root, args) {
  const shell = process.platform === 'win32'; // npm is a script there
  const child = spawn('npm', args, { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}
