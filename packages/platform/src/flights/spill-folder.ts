import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type HeldAnswer, readAnswer, writeAnswer } from './held-answer.js';

/** A file that was taken and not settled for so long belongs to a worker that is dead. */
const takenForMs = 5 * 60_000;
/** More than an answer needs: a folder that takes this takes an answer too. */
const probeBytes = 64 * 1024;

/** A spilled answer that this worker has taken. */
export interface TakenAnswer {
  /** As it was spilled. */
  name: string;
  /** As it is called while it is taken. */
  path: string;
  /** Or why it cannot be read. */
  answer: HeldAnswer | Error;
}

/**
 * Sealed answers that a worker could not store before it ended, one file each: `<attempt>.answer`, and `<attempt>.answer.<pid-uuid>.taken` while a worker settles it.
 * A rename decides who has a file. Shared by all workers.
 */
export class SpillFolder {
  private readonly me = `${process.pid}-${randomUUID()}`;

  constructor(
    private readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws where an answer could not be spilled now: the folder is missing, not writable or full. */
  async probe(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, `.probe-${this.me}`);
    try {
      await writeDurably(path, Buffer.alloc(probeBytes, 1), 'w');
    } finally {
      await unlink(path).catch(() => undefined);
    }
  }

  /** Resolves when the answer is on the disk: whole under its name, or not at all. */
  async put(answer: HeldAnswer): Promise<void> {
    const unfinished = join(this.folder, `.${answer.attempt}.${randomUUID()}.unfinished`);
    try {
      await writeDurably(unfinished, Buffer.from(writeAnswer(answer)), 'wx');
      await rename(unfinished, join(this.folder, `${answer.attempt}.answer`));
    } catch (error) {
      await unlink(unfinished).catch(() => undefined);
      throw error;
    }
    await syncFolder(this.folder);
  }

  /** Takes what nobody else has, one after the other. */
  async *take(): AsyncGenerator<TakenAnswer> {
    for (const file of await readdir(this.folder)) {
      const name = /^[^.]+\.answer(?=$|\.[^.]+\.taken$)/.exec(file)?.[0];
      if (name === undefined) continue;
      const taken = await this.takeOne(file, name);
      if (taken) yield taken;
    }
  }

  /** It is settled. */
  async remove({ path }: TakenAnswer): Promise<void> {
    await unlink(path).catch(unlessGone);
  }

  /** Another time, by whoever comes first. */
  async putBack({ path, name }: TakenAnswer): Promise<void> {
    await rename(path, join(this.folder, name)).catch(unlessGone);
  }

  /** Out of the way, for people to look at. */
  async setAside({ path, name }: TakenAnswer): Promise<void> {
    await mkdir(join(this.folder, 'bad'), { recursive: true, mode: 0o700 });
    await rename(path, join(this.folder, 'bad', `${name}.${randomUUID()}`)).catch(unlessGone);
  }

  private async takeOne(file: string, name: string): Promise<TakenAnswer | null> {
    const found = join(this.folder, file);
    const path = join(this.folder, `${name}.${this.me}.taken`);
    try {
      if (file !== name && this.now() - (await stat(found)).mtimeMs < takenForMs) return null;
      const now = this.now() / 1000;
      await utimes(found, now, now); // before the rename: from then on its age says since when it is taken
      await rename(found, path);
    } catch (error) {
      return unlessGone(error);
    }
    const answer = await readFile(path, 'utf8')
      .then(readAnswer)
      .catch((error: Error) => error);
    return { name, path, answer };
  }
}

async function writeDurably(path: string, content: Buffer, flags: 'w' | 'wx'): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is on the disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** Another worker was faster. */
function unlessGone(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
