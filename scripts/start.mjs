// npm start: installs and builds what is missing, then runs the local stack until Ctrl-C. Plain Node: it is the first thing a fresh clone runs.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { root } from './repo-files.mjs';

try {
  await ensureInstalled(root);
  await build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
await import('../tools/local-stack/dist/main.js');

/** Builds what has changed; turbo answers from its cache otherwise. */
async function build() {
  console.log('Building');
  const turbo = spawn(
    process.execPath,
    [join(root, 'node_modules/turbo/bin/turbo'), 'run', 'build', '--output-logs=errors-only'],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [turbo.stdout, turbo.stderr]) stream.on('data', (chunk) => (said += chunk));
  const code = await new Promise((resolve, reject) => turbo.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${said.trim()}\nThe build failed.`);
}
