import { setTimeout as pause } from 'node:timers/promises';

/** How much longer than usual anything is waited for: by GK_TEST_PATIENCE, where other work has the machine. */
export const patience = (): number => Number(process.env.GK_TEST_PATIENCE ?? 1);

/** Asks until it doesn't throw; when the time is over, fails with the last failure. */
export async function eventually<T>(probe: () => T | Promise<T>, { withinMs = 10_000, everyMs = 50 } = {}): Promise<T> {
  const deadline = performance.now() + withinMs * patience();
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() >= deadline) throw new Error(`not within ${withinMs} ms: ${messageOf(error)}`, { cause: error });
    }
    await pause(everyMs);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
