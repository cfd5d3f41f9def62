import { readSettings } from './stack/settings.js';
import { Stack } from './stack/stack.js';

/** What `npm start` runs after install and build: starts every part, prints what to open, and ends them all on Ctrl-C. */
const say = (line: string) => console.log(line);

async function main(): Promise<void> {
  const stack = new Stack(readSettings(process.env), say);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    if (!stopping) say('Stopping; what is under way ends first');
    stopping ??= stack.stop().then(() => process.exit(0), failed);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.stdout.on('error', () => undefined); // whoever read along has gone; the stack goes on
  if (process.env.npm_lifecycle_event === 'start') onParentGone(stop);
  try {
    say(await stack.start());
  } catch (error) {
    if (stopping !== undefined) return; // what was starting was told to end
    await stack.stop();
    throw error;
  }
}

/** A signal sent to npm alone ends the shell that npm started us with, and never reaches us. */
function onParentGone(stop: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 500).unref();
}

function failed(error: unknown): void {
  console.error(`The local stack could not go on: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

main().catch(failed);
