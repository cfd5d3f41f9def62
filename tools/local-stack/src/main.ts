import { readSettings } from './stack/settings.js';
import { Stack } from './stack/stack.js';

/** What `npm start` runs after install and build: starts every part, prints what to open, and ends them all on Ctrl-C. */
const say = (line: string) => console.log(line);

async function main(): Promise<void> {
  const stack = new Stack(readSettings(process.env), say);
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals === 1) say('Stopping; what is under way ends first');
      void stack.stop().then(() => process.exit(0), failed);
    });
  }
  try {
    say(await stack.start());
  } catch (error) {
    if (signals > 0) return; // the stop under way ends the process
    await stack.stop();
    throw error;
  }
}

function failed(error: unknown): void {
  console.error(`The local stack could not go on: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

main().catch(failed);
