// Loaded by register.mjs where FULL_DISK is set: while that file exists, what is written through node:fs/promises fails as on a disk that is full.
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';

const flag = process.env.FULL_DISK;
const one = await open(import.meta.filename);
const files = Object.getPrototypeOf(one);
await one.close();

for (const name of ['write', 'writev', 'writeFile', 'appendFile']) {
  const original = files[name];
  files[name] = function (...args) {
    if (!existsSync(flag)) return original.apply(this, args);
    return Promise.reject(
      Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28, syscall: 'write' }),
    );
  };
}
