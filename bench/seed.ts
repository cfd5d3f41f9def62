import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type { Vault } from '@grantkeeper/platform/crypto/vault';
import { sealTokens } from '@grantkeeper/platform/grants/sealed-tokens';
import type pg from 'pg';

/** An assistant with one profile and one runtime key. */
export interface Home {
  assistantId: string;
  profileId: string;
  runtimeKey: string;
  clientId: string;
  providerOrigin: string;
}

export interface GrantPlan {
  count: number;
  /** Users are `<prefix><number>`. */
  prefix?: string;
  /** Of the access tokens, from now. */
  expiresInSeconds: number;
  lifetimeSeconds?: number;
  /** When the refresh is due, from now. */
  dueInSeconds?: number;
}

const batch = 1_000;
const atOnce = 2;

interface HomePlan {
  clientId: string;
  /** By default as many as one worker runs at once: what is measured is the product. */
  limits: { inFlight: number; perSecond?: number };
}

/** Makes the assistant, the profile at this provider and a runtime key. */
export async function seedHome(
  pool: pg.Pool,
  vault: Vault,
  providerOrigin: string,
  other: Partial<HomePlan> = {},
): Promise<Home> {
  const { clientId, limits }: HomePlan = { clientId: 'bench', limits: { inFlight: 100 }, ...other };
  const [assistantId, profileId, runtimeKey] = [randomUUID(), randomUUID(), `gkr_${randomBytes(32).toString('base64url')}`];
  const definition: ProfileDefinition = {
    type: 'oauth2',
    identityProvider: 'Bench',
    clientId,
    authorizationUrl: `${providerOrigin}/authorize`,
    tokenUrl: `${providerOrigin}/token`,
    refreshUrl: null,
    scope: [{ value: 'read' }],
    description: '',
    identityCheck: 'confirm',
    advanced: { limits },
    issuer: null,
    issParameterSupported: false,
  };
  await pool.query('INSERT INTO assistant (id, name) VALUES ($1, $2)', [assistantId, `bench ${assistantId}`]);
  const secretPlace = { table: 'profile', row: profileId, field: 'client_secret' };
  const secret = await vault.seal(assistantId, secretPlace, randomBytes(32).toString('base64url'));
  await pool.query(
    `INSERT INTO profile (id, assistant_id, name, status, definition, client_secret, client_secret_set_at) VALUES ($1, $2, 'bench', 'active', $3, $4, now())`,
    [profileId, assistantId, JSON.stringify(definition), secret],
  );
  await pool.query(
    `INSERT INTO profile_revision (profile_id, revision, action, name, definition, changed, by) VALUES ($1, 1, 'created', 'bench', $2, '{}', 'bench')`,
    [profileId, JSON.stringify(definition)],
  );
  await pool.query(`INSERT INTO runtime_key (id, assistant_id, name, hash, created_by) VALUES ($1, $2, 'bench', $3, 'bench')`, [
    randomUUID(),
    assistantId,
    createHash('sha256').update(runtimeKey).digest(),
  ]);
  return { assistantId, profileId, runtimeKey, clientId: definition.clientId, providerOrigin };
}

/** Grants with tokens of a usual size, each sealed for its own row as the product seals them. */
export async function seedGrants(pool: pg.Pool, vault: Vault, home: Home, plan: GrantPlan): Promise<void> {
  let from = 0;
  const fill = async (): Promise<void> => {
    while (from < plan.count) {
      const start = from;
      from += batch;
      await insertBatch(pool, vault, home, plan, start, Math.min(batch, plan.count - start));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, fill));
}

async function insertBatch(
  pool: pg.Pool,
  vault: Vault,
  home: Home,
  plan: GrantPlan,
  start: number,
  count: number,
): Promise<void> {
  const { expiresInSeconds, lifetimeSeconds = expiresInSeconds, dueInSeconds = expiresInSeconds, prefix = 'user-' } = plan;
  const sealed = await Promise.all(
    Array.from({ length: count }, () => {
      const refreshToken = randomBytes(32).toString('base64url');
      const tokens = { accessToken: randomBytes(600).toString('base64url'), tokenType: 'Bearer', values: {}, refreshToken };
      return sealTokens(vault, home.assistantId, randomUUID(), tokens);
    }),
  );
  await pool.query({
    name: 'seed-grants',
    text: `INSERT INTO "grant" (id, assistant_id, profile_id, user_id, account, status, hand_out, refresh_token, scope, lifetime_seconds, issued_at, expires_at, due_at,
             origins, client_id, authorization_id)
           SELECT t.id, $4, $5, $6 || ($7::int + t.n - 1), 'default', 'active', t.hand_out, t.refresh_token, 'read', $8,
             now() + make_interval(secs => $9::int - $8::int), now() + make_interval(secs => $9), now() + make_interval(secs => $10), $11, $12, t.id
           FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS t(id, hand_out, refresh_token, n)`,
    values: [
      sealed.map(({ grantId }) => grantId),
      sealed.map(({ handOut }) => handOut),
      sealed.map(({ refreshToken }) => refreshToken),
      home.assistantId,
      home.profileId,
      prefix,
      start,
      lifetimeSeconds,
      expiresInSeconds,
      dueInSeconds,
      [home.providerOrigin],
      home.clientId,
    ],
  });
}
