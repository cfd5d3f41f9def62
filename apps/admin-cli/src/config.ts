import { Secret } from '@grantkeeper/core/kernel/secret';
import { withSecretFiles } from '@grantkeeper/platform/settings/secret-files';
import { z } from 'zod';

const environment = z.object({ DATABASE_URL: z.string().min(1), KEY_RING: z.string().min(1) });

/** The settings of grantkeeper-admin: those of the api and the worker, as far as it needs them. */
export class AdminConfig {
  readonly databaseUrl: Secret;
  readonly keyRing: Secret;

  /** Reads the environment; throws one error that names every missing or wrong variable. */
  constructor(env: Record<string, string | undefined>) {
    const { env: complete, problems } = withSecretFiles(env);
    const read = environment.safeParse(complete);
    if (!read.success || problems.length > 0) {
      const wrong = [
        ...problems.map((problem) => `  ${problem}`),
        ...(read.error?.issues ?? []).map(({ path, message }) => `  ${path.join('.')}: ${message}`),
      ];
      throw new Error(`The settings of grantkeeper-admin are incomplete:\n${wrong.join('\n')}`);
    }
    this.databaseUrl = new Secret(read.data.DATABASE_URL);
    this.keyRing = new Secret(read.data.KEY_RING);
  }
}
