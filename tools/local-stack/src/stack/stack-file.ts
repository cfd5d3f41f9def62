import { join } from 'node:path';
import { writePrivateFile } from '../private-file.js';
import type { DemoEndpoints } from './demo-endpoints.js';

/** What a program needs to use the running stack; `.local/stack.json`. */
export interface StackFile {
  apiUrl: string;
  adminUrl: string;
  operator: { email: string; password: string; apiToken: string };
  assistantId: string;
  runtimeKey: string;
  demoProfileId: string;
  demoProvider: DemoEndpoints;
  /** Where PostgreSQL's data and binaries are: outside the tree where its own user can't enter it. */
  postgres: { url: string; dataDir: string; binDir: string };
  redisUrl: string | null;
  /** By part; empty when the stack has stopped. */
  pids: Record<string, number>;
}

/** Writes the file, readable by its owner only. */
export function writeStackFile(folder: string, content: StackFile): void {
  writePrivateFile(join(folder, 'stack.json'), `${JSON.stringify(content, null, 2)}\n`);
}

/** What the person at the terminal is told: where to click, who can sign in, and one line to try. */
export function greeting(content: StackFile, folder: string, profileName: string): string {
  const { apiUrl, adminUrl, operator, demoProvider, runtimeKey } = content;
  const body = JSON.stringify({ profile: profileName, user: 'ada@example.com' }).replaceAll("'", "'\\''");
  const people = demoProvider.users.map(({ login, password }) => `${login} / ${password}`).join(', ');
  return `
Grantkeeper runs at ${apiUrl}

  Admin       ${adminUrl}
  Interface   ${apiUrl}/docs
  Operator    ${operator.email} / ${operator.password}
  Demo users  ${people}   (they sign in at the demo provider)
  State       ${folder}   (stack.json has every address and credential, logs/ the logs)

Ask for a token, as a bot would:

curl -s ${apiUrl}/v1/token -H 'Authorization: Bearer ${runtimeKey}' -H 'Content-Type: application/json' -d '${body}'

The answer holds signInUrl. Open it, sign in as ada, allow access; then the same line answers with a token.
Ctrl-C stops everything.
`;
}
