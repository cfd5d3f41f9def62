// npm test: build, then unit, integration and system specs; then, with Redis, the specs of both queues once more without it.
// npm run test:browser: the page walks in Chromium. npm run test:deploy: the image and what stands around it. Further arguments go to jest.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { root } from './repo-files.mjs';

const bothQueues = 'both-queues\\.e2e\\.spec\\.ts$';
const { CHROMIUM_PATH, GK_TEST_REDIS, PATH = '' } = process.env;
const walksPages = process.argv.includes('--browser');
const deploys = process.argv.includes('--deploy');
const jestArgs = process.argv.slice(2).filter((argument) => !['--browser', '--deploy'].includes(argument));

await ensureInstalled(root);
const chromium = walksPages
  ? CHROMIUM_PATH || onPath('chromium', 'chromium-browser', 'google-chrome') || '/usr/bin/chromium'
  : null;
if (walksPages && !isProgram(chromium)) {
  console.error('npm run test:browser needs Chromium: apt-get install chromium, or set CHROMIUM_PATH to the program.');
  process.exit(1);
}
const missing = deploys ? ['haproxy', 'docker-compose', 'redis-server', 'openssl'].filter((name) => onPath(name) === null) : [];
if (missing.length > 0) {
  console.error(`npm run test:deploy needs ${missing.join(', ')}: apt-get install ${missing.join(' ')}`);
  process.exit(1);
}
const built = await run(join(root, 'node_modules/turbo/bin/turbo'), ['run', 'build', '--output-logs=errors-only'], {});
if (built !== 0) process.exit(built);

const results = [];
if (walksPages) results.push(await jest(['browser'], jestArgs, { CHROMIUM_PATH: chromium }));
else if (deploys) results.push(await jest(['deploy'], jestArgs, {}));
else {
  const projects = jestArgs.some((argument) => argument.startsWith('--selectProjects')) ? [] : ['unit', 'integration', 'system'];
  results.push(await jest(projects, jestArgs, {}));
  const sawRedis = onPath('redis-server') !== null && GK_TEST_REDIS !== 'off';
  if (sawRedis && jestArgs.length === 0) {
    console.log('\nThe specs of both queues again, without Redis:');
    results.push(await jest(['system'], ['--testPathPatterns', bothQueues], { GK_TEST_REDIS: 'off' }));
  }
}
const sum = (member) => results.reduce((total, result) => total + result[member], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(results.find(({ code }) => code !== 0)?.code ?? 0);

/** One run of jest: its exit code and its counts. A spec file that could not run counts as one failure. */
async function jest(projects, args, env) {
  const folder = mkdtempSync(join(tmpdir(), 'gk-jest-'));
  const report = join(folder, 'report.json');
  const chosen = projects.length > 0 ? ['--selectProjects', ...projects] : [];
  try {
    const code = await run(
      join(root, 'node_modules/jest/bin/jest.js'),
      ['-c', 'jest.config.mjs', '--maxWorkers=2', ...args, '--json', `--outputFile=${report}`, ...chosen],
      { NODE_OPTIONS: '--experimental-vm-modules --no-warnings', ...env },
    );
    const counts = countsIn(report);
    return { ...counts, code, failed: code !== 0 && counts.failed === 0 ? 1 : counts.failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countsIn(report) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 0 }; // jest ended before it could report; its exit code says so
  }
}

/** Runs a program of ours with Node; jest's JSON on standard output is not for people. */
function run(program, args, env) {
  const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NO_UPDATE_NOTIFIER: '1' };
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: { ...process.env, ...quiet, ...env },
    stdio: ['inherit', 'inherit', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

function onPath(...names) {
  const folders = PATH.split(delimiter).filter(Boolean);
  return names.flatMap((name) => [...folders, '/usr/sbin'].map((folder) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
