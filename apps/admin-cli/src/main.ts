#!/usr/bin/env node
import { dropUnused } from './keys/drop-unused.js';
import { rewrap } from './keys/rewrap.js';
import { rewrapKeys } from './keys/rewrap-data-keys.js';
import { rotateDataKey } from './keys/rotate-data-key.js';
import { status } from './keys/status.js';
import { rebuild } from './projections/rebuild.js';
import { run } from './run.js';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
const streams = {
  out: (line: string) => void process.stdout.write(`${line}\n`),
  err: (line: string) => void process.stderr.write(`${line}\n`),
};
const commands = [status, rewrapKeys, rotateDataKey, rewrap, dropUnused, rebuild];
process.exitCode = await run(commands, process.argv.slice(2), process.env, streams, stop.signal);
