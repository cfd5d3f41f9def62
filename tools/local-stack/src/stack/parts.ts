import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { isAlive, poll } from '../processes.js';
import type { Launched } from './keeper.js';
import type { StackState } from './kept-state.js';
import { launchProgram, type Program } from './program.js';
import type { StackSettings } from './settings.js';

export const programs = {
  api: 'apps/api/dist/main.js',
  worker: 'apps/worker/dist/main.js',
  demoProvider: 'tools/local-stack/dist/demo-provider.main.js',
} as const;
export const migrateProgram = 'packages/platform/dist/database/migrate.js';

/** Where the parts find each other. */
export interface Surroundings {
  settings: StackSettings;
  state: StackState;
  databaseUrl: string;
  demoDatabaseUrl: string;
  /** Undefined puts the queue on PostgreSQL. */
  redisUrl: string | undefined;
  demoOrigin: string;
  spawned(path: string, pid: number): void;
}

export type ProgramName = keyof typeof programs;

/** Starts one of our programs with the settings it needs here. */
export async function launchPart(name: ProgramName, around: Surroundings, stopping: AbortSignal): Promise<Launched> {
  const path = programs[name];
  const healthPort = await freePort();
  const drainMs = name === 'demoProvider' ? 5_000 : 30_000;
  const common: Omit<Program, 'env' | 'readyUrl'> = {
    path,
    drainMs,
    logFile: join(around.state.folder, 'logs', `${name === 'demoProvider' ? 'demo-provider' : name}.log`),
    spawned: (pid) => around.spawned(path, pid),
  };
  return launchProgram({ ...common, ...particulars(name, around, healthPort) }, stopping);
}

function particulars(name: ProgramName, around: Surroundings, healthPort: number): Pick<Program, 'env' | 'readyUrl'> {
  const { state, settings } = around;
  const shared = {
    DATABASE_URL: around.databaseUrl,
    REDIS_URL: around.redisUrl,
    KEY_RING: `file:${state.keyRingFile}`,
    OUTBOUND_ALLOW: [around.demoOrigin, settings.outboundAllow].filter(Boolean).join(','),
  };
  switch (name) {
    case 'api': {
      const { email, password } = state.operator;
      const publicUrl = { PUBLIC_URL: state.publicUrl, CONFIRM_PUBLIC_URL: state.publicUrl };
      const operator = { FIRST_OPERATOR_EMAIL: email, FIRST_OPERATOR_PASSWORD: password };
      const env = { ...shared, ...publicUrl, ...operator, PORT: String(state.port), HOST: 'localhost' };
      return { env, readyUrl: `${state.publicUrl}/health/ready` };
    }
    case 'worker':
      return {
        env: { ...shared, HEALTH_PORT: String(healthPort), SPILL_DIR: join(state.folder, 'spill') },
        readyUrl: `http://127.0.0.1:${healthPort}/health/ready`,
      };
    case 'demoProvider': {
      const env = {
        DATABASE_URL: around.demoDatabaseUrl,
        DEMO_PORT: String(state.demoPort),
        DEMO_KEYS_FILE: state.demoKeysFile,
        DEMO_REDIRECT_URI: `${state.publicUrl}/callback/${state.demoProfileId}`,
        DEMO_REDIRECT_PREFIX: `${state.publicUrl}/callback/`,
        DEMO_ACCESS_TOKEN_SECONDS: String(settings.demoAccessTokenSeconds),
      };
      return { env, readyUrl: `${around.demoOrigin}/.well-known/openid-configuration` };
    }
  }
}

/** A server that may have been started by an earlier stack: nobody tells us of its end, so it is watched. */
export function watched(server: { pid: number; stop(): Promise<void> }, stopping: AbortSignal): Launched {
  const gone = async () => {
    while (!stopping.aborted && isAlive(server.pid)) await poll(() => stopping.aborted || !isAlive(server.pid), 60_000);
    return 'its process is gone';
  };
  return { pid: server.pid, ended: gone(), stop: server.stop };
}
