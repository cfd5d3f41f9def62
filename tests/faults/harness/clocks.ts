import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const libraries = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`);

/** Clocks of the api and of the worker processes, each its own, set while they run (Debian's faketime). PostgreSQL and the providers keep the true time. */
export class Clocks {
  private constructor(
    private readonly folder: string,
    private readonly library: string,
  ) {}

  static in(folder: string): Clocks {
    const library = libraries.find((path) => existsSync(path));
    if (!library) throw new Error('This needs libfaketime: apt-get install faketime.');
    const clocks = new Clocks(folder, library);
    clocks.set('api', 0);
    clocks.set('worker', 0);
    return clocks;
  }

  /** Its processes believe that it is so many seconds later, or earlier where negative, within a second. The monotonic clock goes on as it was. */
  set(of: 'api' | 'worker', seconds: number): void {
    writeFileSync(this.file(of), `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  env(of: 'api' | 'worker'): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file(of),
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  private file(of: 'api' | 'worker'): string {
    return join(this.folder, `${of}-clock`);
  }
}
