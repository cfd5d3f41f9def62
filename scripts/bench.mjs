// npm run bench, npm run bench:seed: builds what is missing, then runs a program of bench/ with the arguments given.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { root } from './repo-files.mjs';

const [program, ...args] = process.argv.slice(2);

await ensureInstalled(root);
for (const step of [
  ['node_modules/turbo/bin/turbo', 'run', 'build', '--output-logs=errors-only'],
  ['node_modules/typescript/bin/tsc', '-p', 'bench'],
  [`bench/dist/bench/${program}.js`, ...args],
])
  run(step);

function run([file, ...rest]) {
  const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  const { status } = spawnSync(process.execPath, [join(root, file), ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...quiet },
  });
  if (status !== 0) process.exit(status ?? 1);
}
