// npm run verify: every check that needs no service, two at a time, all failures shown. Under a minute on two cores.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { root } from './repo-files.mjs';

const atOnce = 2;
const bin = (path) => join(root, 'node_modules', path);
const script = (name) => [join(root, 'scripts', name)];

/**
 * `after` names a step to wait for. Lint waits for the build, because Biome sees a promise that crosses packages
 * (and so one that nobody awaits) only through the built declarations.
 */
const steps = [
  { name: 'types', args: [bin('turbo/bin/turbo'), 'run', 'build', '--output-logs=errors-only', '--concurrency=2'] },
  {
    name: 'import rules',
    args: [
      bin('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      'apps',
      'packages',
      'tools',
      'tests',
      'bench',
    ],
  },
  { name: 'import rules fire', args: script('prove-import-rules.mjs') },
  { name: 'paths in docs', args: script('check-doc-paths.mjs') },
  { name: 'dependencies explained', args: script('check-dependencies-doc.mjs') },
  { name: 'house rules', args: script('check-style.mjs') },
  {
    name: 'lint and format',
    after: 'types',
    args: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '--max-diagnostics=none', '.'],
  },
  { name: 'size of the admin', after: 'types', args: script('check-admin-size.mjs') },
  { name: 'types of specs', args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.specs.json'] },
  { name: 'dead code', args: [bin('knip/bin/knip.js'), '--no-progress'] },
  {
    name: 'unit tests',
    args: [
      '--experimental-vm-modules',
      '--no-warnings',
      bin('jest/bin/jest.js'),
      '-c',
      'jest.config.mjs',
      '--selectProjects',
      'unit',
      '--maxWorkers=2',
      '--silent',
    ],
  },
];

function run(step) {
  const started = performance.now();
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NO_UPDATE_NOTIFIER: '1', FORCE_COLOR: '0' };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, step.args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ ...step, passed: false, output: String(error), seconds: 0 }));
    child.on('close', (code) => resolve({ ...step, passed: code === 0, output, seconds: (performance.now() - started) / 1000 }));
  });
}

function tell({ name, passed, seconds, output }) {
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${seconds.toFixed(1).padStart(5)} s`);
  if (!passed) console.log(`${output.trim()}\n`);
}

/** Takes the next step that need not wait any more. */
function nextStep(waiting, done) {
  const index = waiting.findIndex(({ after }) => after === undefined || done.some(({ name }) => name === after));
  return index === -1 ? undefined : waiting.splice(index, 1)[0];
}

async function runAll() {
  const waiting = [...steps];
  const running = new Set();
  const done = [];
  while (waiting.length > 0 || running.size > 0) {
    const step = running.size < atOnce ? nextStep(waiting, done) : undefined;
    if (step === undefined) {
      await Promise.race(running);
      continue;
    }
    const told = run(step).then((result) => {
      running.delete(told);
      done.push(result);
      tell(result);
    });
    running.add(told);
  }
  return done;
}

const started = performance.now();
await ensureInstalled(root);
const done = await runAll();
const failed = done.filter(({ passed }) => !passed);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`verify: ${done.length - failed.length} passed, ${failed.length} failed in ${seconds} s`);
if (failed.length > 0) {
  console.log(`failed: ${failed.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
