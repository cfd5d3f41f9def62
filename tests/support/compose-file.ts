import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './program.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { PATH = '', HOME = '' } = process.env;

export interface ComposeService {
  image: string;
  command: string[];
  entrypoint?: string[];
  user?: string;
  build?: { args: Record<string, string> };
  environment?: Record<string, string>;
  secrets?: { source: string }[];
  depends_on?: Record<string, { condition: string }>;
  networks: Record<string, null>;
  volumes?: string[];
  ports?: string[];
  healthcheck?: { test: string[] };
  container_name?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
  cpus?: number;
  mem_limit?: string;
  pids_limit?: number;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
}

/** What docker-compose makes of the files: merged, filled with this environment, checked against its schema. */
export async function composed(files: string[], env: Record<string, string> = {}): Promise<ComposeFile> {
  const shared = { cwd: root, env: { PATH, HOME, ...env } };
  const yaml = await run({ ...shared, command: 'docker-compose', args: [...files.flatMap((file) => ['-f', file]), 'config'] });
  // docker-compose brings this reader along; of its own it writes YAML only.
  const toJson = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.argv[1]), default=str))';
  return JSON.parse(await run({ ...shared, command: 'python3', args: ['-c', toJson, yaml] })) as ComposeFile;
}

/** The secrets that deploy/make-secrets.sh makes in a folder. */
export async function makeSecrets(folder: string): Promise<string[]> {
  await run({ command: 'sh', args: ['deploy/make-secrets.sh', folder], cwd: root, env: { PATH } });
  return readdirSync(folder).sort();
}
