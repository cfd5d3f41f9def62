import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withSecretFiles } from './secret-files.js';

describe('a setting in a file', () => {
  let folder: string;
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gk-secret-files-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is read without the line end that editors and echo leave, and nothing else of it is touched', () => {
    const { env, problems } = withSecretFiles({
      DATABASE_URL_FILE: file('url', 'postgres://gk:secret@db/gk\n'),
      REDIS_URL_FILE: file('redis', 'redis://:secret@redis\r\n'),
      FIRST_OPERATOR_PASSWORD_FILE: file('password', '  with spaces '),
      PORT: '4000',
    });
    expect(problems).toEqual([]);
    expect(env).toMatchObject({
      DATABASE_URL: 'postgres://gk:secret@db/gk',
      REDIS_URL: 'redis://:secret@redis',
      FIRST_OPERATOR_PASSWORD: '  with spaces ',
      PORT: '4000',
    });
  });

  it('that is missing, empty or given twice is named, all of them at once, without a value', () => {
    const both = { FIRST_OPERATOR_PASSWORD: 'canary', FIRST_OPERATOR_PASSWORD_FILE: file('twice', 'canary') };
    const { problems } = withSecretFiles({
      DATABASE_URL_FILE: join(folder, 'nowhere'),
      REDIS_URL_FILE: file('empty', '\n'),
      ...both,
    });
    expect(problems.map((problem) => problem.split(' ', 3).join(' '))).toEqual([
      'DATABASE_URL_FILE cannot be',
      'REDIS_URL_FILE is empty:',
      'FIRST_OPERATOR_PASSWORD_FILE is given',
    ]);
    expect(problems.join()).not.toContain('canary');
  });

  it('is not looked for where its name is set and empty', () => {
    expect(withSecretFiles({ DATABASE_URL: 'postgres://db/gk', DATABASE_URL_FILE: '' })).toMatchObject({
      env: { DATABASE_URL: 'postgres://db/gk' },
      problems: [],
    });
  });
});
