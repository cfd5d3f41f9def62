import { hash, verify } from '@node-rs/argon2';

/** argon2id with 19 MiB and two passes, or more where the library's own defaults rise (OWASP's minimum). */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

let stranger: Promise<string> | undefined;

/** Checks a password. Without a hash, for an unknown address, it takes the same time and fails. */
export async function passwordMatches(passwordHash: string | null, password: string): Promise<boolean> {
  stranger ??= hashPassword('nobody has this password');
  const matches = await verify(passwordHash ?? (await stranger), password);
  return matches && passwordHash !== null;
}
