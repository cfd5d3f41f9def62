import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The disk that workers spill answers to: can be full, as far as they can tell. */
export class Disk {
  constructor(private readonly folder: string) {}

  get workerEnv(): Record<string, string> {
    return { SPILL_DIR: join(this.folder, 'spill'), FULL_DISK: this.flag };
  }

  fill(): void {
    writeFileSync(this.flag, '');
  }

  clear(): void {
    rmSync(this.flag, { force: true });
  }

  private get flag(): string {
    return join(this.folder, 'disk-is-full');
  }
}
