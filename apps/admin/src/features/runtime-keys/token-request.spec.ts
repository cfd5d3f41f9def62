import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { curlLine } from './token-request.js';

describe('the line to try a runtime key with', () => {
  it('is one command for a shell, whatever the profile is called', () => {
    const profile = `it's "quoted" $HOME \`date\` \\`;
    const line = curlLine('https://grants.example.com', 'gkr_abc', profile).replace(/^curl/, "printf '%s\\n'");
    const words = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(words.slice(0, 6)).toEqual([
      '-s',
      'https://grants.example.com/v1/token',
      '-H',
      'Authorization: Bearer gkr_abc',
      '-H',
      'Content-Type: application/json',
    ]);
    expect(JSON.parse(words.at(-1) ?? '')).toEqual({ profile, user: 'ada@example.com' });
  });
});
