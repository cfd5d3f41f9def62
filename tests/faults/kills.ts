import { eventually } from '../support/eventually.js';
import type { ManagedProcess } from '../support/managed-process.js';

/** Starts a worker that dies by SIGKILL when it reaches the step, begins a flight and waits for the death. Answers whose flight it died in. */
export async function killAt(worker: ManagedProcess, step: string, begin: () => unknown): Promise<string> {
  const seen = worker.log.lines.length;
  await worker.start({ failPoint: `${step}:kill` });
  begin();
  await eventually(
    () => {
      if (worker.isRunning) throw new Error(`${worker.name} still runs and has not reached ${step}:\n${worker.log.tail()}`);
    },
    { withinMs: 20_000, everyMs: 10 },
  );
  const { signal } = await worker.exited();
  const hit = worker.log.lines.slice(seen).find(({ json }) => json?.failPoint === step);
  if (signal !== 'SIGKILL' || !hit) throw new Error(`${worker.name} did not die at ${step}:\n${worker.log.tail()}`);
  return String(hit.json?.id);
}
