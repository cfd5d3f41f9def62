import 'reflect-metadata';
import { forgetStart } from '@grantkeeper/platform/process/forget-start';
import { WorkerConfig } from './config.js';
import { startWorker } from './runtime/worker.js';

let config: WorkerConfig;
try {
  config = new WorkerConfig(process.env);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}

const worker = await startWorker(config);
await forgetStart();
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void worker.stop().then(() => process.exit(0));
  });
}
