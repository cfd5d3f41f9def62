// What a process of ours does, in small: publishes its steps and goes on.
import { channel } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { setImmediate as breath } from 'node:timers/promises';

const steps = channel('grantkeeper:step');

for (let round = 1; round <= 3; round += 1) {
  steps.publish({ step: 'exchange.before-mark', id: `flight-${round}` });
  writeSync(1, `before ${round}\n`);
  await breath();
  steps.publish({ step: 'exchange.after-mark', id: `flight-${round}` });
  writeSync(1, `after ${round}\n`);
  await breath();
}
if (process.env.STAY) setInterval(() => {}, 1000);
