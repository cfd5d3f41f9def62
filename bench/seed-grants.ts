// npm run bench:seed -- --grants 100000 [--profiles 1000]: fills the migrated database of DATABASE_URL with grants sealed under KEY_RING, for trials at size.
// With profiles they are spread as they are in use: over profiles, tenants, states and time, with events, hand-outs and an audit log.
import { parseArgs } from 'node:util';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { createPool } from '@grantkeeper/platform/database/pool';
import { seedGrants, seedHome } from './seed.js';
import { spread } from './spread.js';

const { values } = parseArgs({
  options: {
    grants: { type: 'string', default: '1000000' },
    profiles: { type: 'string', default: '1' },
    provider: { type: 'string', default: 'http://127.0.0.1:9' },
  },
});
const { DATABASE_URL, KEY_RING } = process.env;
if (!DATABASE_URL || !KEY_RING) throw new Error('Set DATABASE_URL and KEY_RING as for the api.');
const count = Number(values.grants);
const profiles = Number(values.profiles);
if (![count, profiles].every((number) => Number.isSafeInteger(number) && number >= 1))
  throw new Error('--grants and --profiles take a whole number.');

const pool = createPool(DATABASE_URL, 4, {});
const started = performance.now();
const vault = new Vault(pool, KeyRing.read(KEY_RING));
const home = await seedHome(pool, vault, values.provider);
await seedGrants(pool, vault, home, { count, expiresInSeconds: 24 * 3600 });
if (profiles > 1) await spread(pool, home, profiles);
await pool.query('VACUUM (ANALYZE)');
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`${count} grants of profile "bench", users user-0 to user-${count - 1}, in ${seconds} s`);
console.log(`runtime key ${home.runtimeKey}`);
await pool.end();
