import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface FreshDatabase {
  name: string;
  url: string;
  /** Cuts open sessions and removes it. */
  drop: () => Promise<void>;
}

/** A migrated, empty database of its own for one spec file, cloned from the template of this run. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `gk_${randomBytes(8).toString('hex')}`;
  await asAdmin((admin) => cloneTemplate(admin, name));
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    drop: () => asAdmin(async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

/** PostgreSQL refuses to copy a template that another session is just leaving; then asked again. */
async function cloneTemplate(admin: pg.Client, name: string): Promise<void> {
  for (let left = 50; ; left -= 1) {
    try {
      await admin.query(`CREATE DATABASE ${name} TEMPLATE gk_template`);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === '3D000')
        throw new Error('There is no migrated template: packages/platform was not built when the run began. Run npm run build.');
      if (code !== '55006' || left === 0) throw error;
    }
  }
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: serverUrl() });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function serverUrl(): string {
  const url = process.env.GK_TEST_PG_URL;
  if (!url)
    throw new Error(
      'GK_TEST_PG_URL is not set: run this spec through jest.config.mjs, in the integration, system or browser project.',
    );
  return url;
}
