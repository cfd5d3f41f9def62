import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeDemoKeys } from '../demo/keys.js';
import { isPortFree, portFrom } from '../free-port.js';
import { keepPrivateFile, readIfThere, writePrivateFile } from '../private-file.js';
import type { StackSettings } from './settings.js';

interface KeptChoices {
  port: number;
  demoPort: number;
  demoProfileId: string;
  operator: { email: string; password: string };
}

/** What was chosen at the first start and must stay: ports are in URLs that profiles and providers know. */
export interface StackState extends KeptChoices {
  folder: string;
  publicUrl: string;
  /** The public URL of the last start where it was another. */
  movedFrom: string | undefined;
  keyRingFile: string;
  demoKeysFile: string;
}

/** Reads what earlier starts kept in the folder, and makes what is missing. */
export async function openState(settings: StackSettings): Promise<StackState> {
  const { folder } = settings;
  mkdirSync(join(folder, 'logs'), { recursive: true });
  chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700); // as root PostgreSQL's own user has to get through
  chmodSync(join(folder, 'logs'), 0o700);
  const kept = JSON.parse(readIfThere(join(folder, 'choices.json')) ?? '{}') as Partial<KeptChoices>;
  const port = await portFrom(settings.port || (kept.port ?? settings.port ?? 4000)); // 0 is any, but the same one again
  const demoPort = await demoPortFor(kept.demoPort, port);
  const choices = {
    port,
    demoPort,
    demoProfileId: kept.demoProfileId ?? randomUUID(),
    operator: kept.operator ?? {
      ...settings.firstOperator,
      password: settings.firstOperator.password ?? randomBytes(15).toString('base64url'),
    },
  };
  writePrivateFile(join(folder, 'choices.json'), JSON.stringify(choices, null, 2));
  const keyRingFile = join(folder, 'key-ring');
  keepPrivateFile(keyRingFile, () => `local-1:${randomBytes(32).toString('base64')}\n`);
  const demoKeysFile = join(folder, 'demo-provider.json');
  keepPrivateFile(demoKeysFile, () => JSON.stringify(makeDemoKeys()));
  const movedFrom = kept.port === undefined || kept.port === port ? undefined : publicUrlOf(kept.port);
  return { ...choices, folder, publicUrl: publicUrlOf(port), movedFrom, keyRingFile, demoKeysFile };
}

const publicUrlOf = (port: number) => `http://localhost:${port}`;

/** The provider's port is part of its issuer: every grant is bound to it, so it never moves. */
async function demoPortFor(kept: number | undefined, apiPort: number): Promise<number> {
  if (kept === undefined) return portFrom(apiPort + 1);
  if (await isPortFree(kept)) return kept;
  throw new Error(
    `Port ${kept}, which the demo provider's grants are bound to, is taken by another program. End that program and start again.`,
  );
}
