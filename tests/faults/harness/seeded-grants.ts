import { randomUUID } from 'node:crypto';
import { sealTokens } from '@grantkeeper/platform/grants/sealed-tokens';
import type { ScriptedProvider } from '../../support/scripted-provider/scripted-provider.js';
import type { Place } from './providers.js';
import type { Stage } from './stage.js';

/** An active grant, with tokens that its provider has really issued. */
export interface SeededGrant {
  id: string;
  user: string;
  /** The first refresh token. */
  refreshToken: string;
}

export interface SeedPlan {
  count: number;
  lifetimeSeconds: number;
  /** How much of the life of each token is over, from 0 to 1; the first half of it by default, evenly. */
  age?: (index: number) => number;
  /** When the refresh is due, in seconds before the end. */
  leadSeconds: number;
  /** The refresh token has survived a refresh unchanged. */
  constant?: boolean;
}

const redirectUri = 'https://seeded.example/callback';

/** Makes grants straight in the tables, sealed as the product seals them: a thousand in a second or two. */
export async function seedGrants(stage: Stage, provider: ScriptedProvider, place: Place, plan: SeedPlan): Promise<SeededGrant[]> {
  const { assistantId, id: profileId } = place.profile;
  const grants = Array.from({ length: plan.count }, () => ({ id: randomUUID(), ...issue(provider) }));
  const sealed = await Promise.all(
    grants.map(({ id, accessToken, refreshToken }) =>
      sealTokens(stage.vault, assistantId, id, { accessToken, tokenType: 'Bearer', values: {}, refreshToken }),
    ),
  );
  const age = plan.age ?? ((index) => (0.5 * index) / plan.count);
  await stage.db.query(
    `INSERT INTO "grant" (id, assistant_id, profile_id, user_id, account, status, hand_out, refresh_token, scope, lifetime_seconds, issued_at, expires_at, due_at,
       constant, origins, client_id, authorization_id)
     SELECT t.id, $5, $6, t.user_id, 'default', 'active', t.hand_out, t.refresh_token, 'read', $7::int, now() - make_interval(secs => t.age * $7::int),
       now() + make_interval(secs => (1 - t.age) * $7::int), now() + make_interval(secs => (1 - t.age) * $7::int - $8::float8), $9, $10, $11, t.id
     FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $12::float8[]) AS t(id, user_id, hand_out, refresh_token, age)`,
    [
      grants.map(({ id }) => id),
      grants.map(({ user }) => user),
      sealed.map(({ handOut }) => handOut),
      sealed.map(({ refreshToken }) => refreshToken),
      assistantId,
      profileId,
      plan.lifetimeSeconds,
      plan.leadSeconds,
      plan.constant ?? false,
      [provider.origin],
      provider.clientId,
      grants.map((_, index) => age(index)),
    ],
  );
  return grants.map(({ id, user, refreshToken }) => ({ id, user, refreshToken }));
}

function issue(provider: ScriptedProvider): { user: string; accessToken: string; refreshToken: string } {
  const user = `user-${randomUUID()}`;
  const consent = { subject: user, email: `${user}@provider.test`, scope: 'read', redirectUri, codeChallenge: null, nonce: null };
  const issued = provider.families.redeem(provider.families.begin(consent), redirectUri, undefined);
  if (issued === 'invalid_grant') throw new Error('the provider refused its own code');
  return { user, accessToken: issued.accessToken, refreshToken: issued.refreshToken };
}
