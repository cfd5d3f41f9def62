import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HeldAnswer } from './held-answer.js';
import { SpillFolder, type TakenAnswer } from './spill-folder.js';

const minute = 60_000;
let base: string;
let path: string;
let folder: SpillFolder;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'gk-spill-'));
  path = join(base, 'a', 'spill');
  folder = new SpillFolder(path);
  await folder.probe();
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const answer = (): HeldAnswer => ({
  kind: 'refresh',
  correlationId: 'c',
  attempt: randomUUID(),
  assistantId: randomUUID(),
  profileId: randomUUID(),
  version: 1,
  sealed: { grantId: randomUUID(), handOut: Buffer.from('sealed'), refreshToken: null },
  inputs: null,
  isConstant: false,
  scope: null,
  issuedAt: new Date(),
  lifetimeSeconds: null,
  expiresAt: null,
  dueAt: null,
  refreshEnd: null,
});

async function takenBy(one: SpillFolder): Promise<TakenAnswer[]> {
  const taken: TakenAnswer[] = [];
  for await (const each of one.take()) taken.push(each);
  return taken;
}
async function takeOne(one = folder): Promise<TakenAnswer> {
  const [taken] = await takenBy(one);
  if (!taken) throw new Error('there was nothing to take');
  return taken;
}
/** Another worker, that many minutes later. */
const later = (minutes: number) => new SpillFolder(path, () => Date.now() + minutes * minute);

describe('a spill folder', () => {
  it('keeps an answer under its attempt, for nobody else to read, and leaves nothing else behind', async () => {
    const held = answer();
    await folder.put(held);
    expect(readdirSync(path)).toEqual([`${held.attempt}.answer`]);
    expect(statSync(join(path, `${held.attempt}.answer`)).mode & 0o777).toBe(0o600);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('gives an answer to one worker, whole, and forgets it when it is settled', async () => {
    const held = [answer(), answer(), answer()];
    await Promise.all(held.map((each) => folder.put(each)));
    const workers = [folder, ...Array.from({ length: 7 }, () => new SpillFolder(path))];
    const taken = (await Promise.all(workers.map(takenBy))).flat();
    const byAttempt = (all: unknown[]) => JSON.stringify(all.map((each) => JSON.stringify(each)).sort());
    expect(byAttempt(taken.map((each) => each.answer))).toBe(byAttempt(held));
    for (const each of taken) await folder.remove(each);
    expect(readdirSync(path)).toEqual([]);
  });

  it('gives an answer that was put back to whoever comes next', async () => {
    const held = answer();
    await folder.put(held);
    await folder.putBack(await takeOne());
    expect((await takeOne(new SpillFolder(path))).answer).toEqual(held);
  });

  it('takes over from a worker that is dead: what was taken five minutes ago, however long it had lain there, and not before', async () => {
    const held = answer();
    await folder.put(held);
    const first = await takeOne(later(60));
    expect(await takenBy(later(64.9))).toEqual([]);
    const second = await takeOne(later(65.1));
    expect(second.answer).toEqual(held);
    expect(await takenBy(later(70))).toEqual([]);
    await folder.remove(first); // it was not dead, only slow
    await folder.putBack(first);
    expect(readdirSync(path)).toHaveLength(1);
    await folder.remove(second);
    expect(readdirSync(path)).toEqual([]);
  });

  it('says of a file that it cannot be read, and puts it out of the way', async () => {
    const held = answer();
    await folder.put(held);
    const file = join(path, `${held.attempt}.answer`);
    const half = readFileSync(file, 'utf8').slice(0, 100);
    writeFileSync(file, half);
    const taken = await takeOne();
    expect(taken.answer).toBeInstanceOf(Error);
    await folder.setAside(taken);
    expect(await takenBy(later(60))).toEqual([]);
    const [kept = ''] = readdirSync(join(path, 'bad'));
    expect(kept.startsWith(`${held.attempt}.answer`)).toBe(true);
    expect(readFileSync(join(path, 'bad', kept), 'utf8')).toBe(half);
  });

  it('takes nothing that is not finished or not its own', async () => {
    writeFileSync(join(path, `.${randomUUID()}.unfinished`), 'half');
    writeFileSync(join(path, 'README'), 'mine');
    mkdirSync(join(path, 'bad'));
    expect(await takenBy(later(60))).toEqual([]);
  });

  it('says when it cannot be written: there is no such folder, and none can be made', async () => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    await expect(new SpillFolder(join(file, 'spill')).probe()).rejects.toThrow('ENOTDIR');
    await expect(new SpillFolder(join(file, 'spill')).put(answer())).rejects.toThrow('ENOTDIR');
  });
});
