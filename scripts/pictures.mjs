// npm run pictures: builds what is missing, then takes a picture of every page, in light and dark, wide and narrow.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';
import { root } from './repo-files.mjs';

await ensureInstalled(root);
const built = await run([join(root, 'node_modules/turbo/bin/turbo'), 'run', 'build', '--output-logs=errors-only']);
if (built !== 0) process.exit(built);
const typescript = pathToFileURL(join(root, 'scripts/typescript.mjs')).href;
const args = ['--enable-source-maps', '--no-warnings', '--import', typescript, 'tests/pictures/main.ts'];
process.exit(await run([...args, ...process.argv.slice(2)]));

function run(args) {
  const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...quiet } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}
