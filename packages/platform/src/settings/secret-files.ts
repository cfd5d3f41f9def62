import { readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that may lie in a file, which the same name with `_FILE` after it tells; KEY_RING has its own `file:`. */
const fileSettings = ['DATABASE_URL', 'REDIS_URL', 'FIRST_OPERATOR_PASSWORD', 'OIDC_CLIENT_SECRET'];

/** The environment with what lies in files put in, and what was wrong with those files: never their content. */
export function withSecretFiles(env: Environment): { env: Environment; problems: string[] } {
  const read: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of fileSettings) {
    const path = env[`${name}_FILE`];
    if (!path) continue;
    try {
      if (env[name]) throw new Error(`is given beside ${name}: only one of them may be`);
      read[name] = contentOf(path);
    } catch (error) {
      problems.push(`${name}_FILE ${(error as Error).message}`);
    }
  }
  return { env: { ...env, ...read }, problems };
}

function contentOf(path: string): string {
  let content: string;
  try {
    content = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    throw new Error(`cannot be read (${(error as NodeJS.ErrnoException).code}): ${path}`);
  }
  if (content === '') throw new Error(`is empty: ${path}`);
  return content;
}
