import { readFileSync } from 'node:fs';
import { startDemoProvider } from './demo-provider.js';

/** The demo provider as a process of its own: settings by environment, secrets in a file, one JSON line when it listens. */
function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing.`);
  return value;
}

const provider = await startDemoProvider({
  port: Number(setting('DEMO_PORT')),
  redirectUris: [setting('DEMO_REDIRECT_URI')],
  redirectPrefix: setting('DEMO_REDIRECT_PREFIX'),
  accessTokenSeconds: Number(setting('DEMO_ACCESS_TOKEN_SECONDS')),
  adapter: { databaseUrl: setting('DATABASE_URL') },
  keys: JSON.parse(readFileSync(setting('DEMO_KEYS_FILE'), 'utf8')),
  diagnostics: (text) => console.log(text),
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void provider.stop().then(() => process.exit(0)));
console.log(JSON.stringify({ msg: 'listening', port: provider.port }));
