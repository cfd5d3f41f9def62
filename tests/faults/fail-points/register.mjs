// Loaded with --import into an api or worker process under test. The product only publishes its steps on the diagnostics
// channel `grantkeeper:step` ({ step, id }); what goes wrong there is decided here, by FAILPOINT. See README.md.
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { parseFailPoints } from './fail-point.mjs';

if (process.env.FULL_DISK) await import('./full-disk.mjs');

const failPoints = parseFailPoints(process.env.FAILPOINT ?? '');
const hits = new Map();

subscribe('grantkeeper:step', ({ step, id }) => {
  const hit = (hits.get(step) ?? 0) + 1;
  hits.set(step, hit);
  if (process.env.TELL_STEPS) writeSync(2, `${JSON.stringify({ step, id })}\n`);
  const due = failPoints.find((failPoint) => failPoint.step === step && failPoint.hit === hit);
  if (!due) return;
  writeSync(2, `${JSON.stringify({ failPoint: step, action: due.action, id, hit })}\n`);
  act(due);
});

// A process under test doesn't outlive the harness that holds the other end of its standard input.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
process.stdin.unref?.();

function act({ action, milliseconds }) {
  if (action === 'throw') throw new Error('fail point');
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  if (action === 'stop') process.kill(process.pid, 'SIGSTOP');
  block(action === 'freeze' ? milliseconds : action === 'kill' ? 60_000 : 20); // a signal may take a moment to arrive
}

/** Holds the thread: no timer, no answer, no byte. */
function block(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
