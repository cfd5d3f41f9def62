// Outlives a test run that is killed: when the run's end of the pipe closes without "done", ends its servers and removes its data.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const folders = [process.argv[2]];
const pids = [];
let done = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'done') done = true;
  for (const word of line.split(' ')) {
    if (/^\d+$/.test(word)) pids.push(Number(word));
    else if (word.startsWith('/')) folders.push(word);
  }
}
if (!done) {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended already
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
