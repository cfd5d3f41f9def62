import { randomBytes, randomUUID } from 'node:crypto';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import type { PinnedRequest } from '@grantkeeper/platform/authorizations/authorization.store';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { createPool } from '@grantkeeper/platform/database/pool';
import { sealTokens } from '@grantkeeper/platform/grants/sealed-tokens';
import pg from 'pg';
import { type FreshDatabase, freshDatabase } from './database.js';
import { eventually } from './eventually.js';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from './scripted-provider/scripted-provider.js';

const redirectUri = 'https://gk.example.com/callback/1';

/** What a given authorization or grant may differ in. */
export interface Given {
  user?: string;
  scope?: string;
  /** Of the access token, from now; negative where it has ended. Null: never told. */
  expiresInSeconds?: number | null;
  identityCheck?: 'code' | 'return' | 'confirm';
  withoutRefreshToken?: boolean;
  pinned?: Partial<PinnedRequest>;
  /** Of an authorization; made where it is not given. */
  id?: string;
  code?: string;
}

/** A database with one assistant and one profile at a scripted provider, to fly refreshes and exchanges on. */
export class FlightBench {
  readonly assistantId = randomUUID();
  readonly profileId = randomUUID();
  readonly ring = KeyRing.read(`k1:${randomBytes(32).toString('base64')}`);
  readonly pool: pg.Pool;
  readonly vault: Vault;
  readonly client = new GuardedClient(OutboundPolicy.parse('127.0.0.0/8'), { totalMs: 3_000 });

  private constructor(
    readonly database: FreshDatabase,
    readonly provider: ScriptedProvider,
  ) {
    this.pool = createPool(database.url, 10);
    this.vault = new Vault(this.pool, this.ring);
  }

  static async start(options: ScriptedProviderOptions): Promise<FlightBench> {
    const provider = await startScriptedProvider({ ...options, redirectUris: [redirectUri] });
    const bench = new FlightBench(await freshDatabase(), provider);
    await bench.pool.query('INSERT INTO assistant (id, name) VALUES ($1, $2)', [bench.assistantId, 'bench']);
    const place = { table: 'profile', row: bench.profileId, field: 'client_secret' };
    const secret = await bench.vault.seal(bench.assistantId, place, provider.clientSecret);
    await bench.pool.query(
      `INSERT INTO profile (id, assistant_id, name, status, definition, client_secret, client_secret_set_at) VALUES ($1, $2, 'demo', 'active', $3, $4, now())`,
      [bench.profileId, bench.assistantId, JSON.stringify(bench.definition), secret],
    );
    return bench;
  }

  async stop(): Promise<void> {
    this.client.close();
    await Promise.all([this.provider.stop(), this.pool.end()]);
    await this.database.drop();
  }

  get definition(): ProfileDefinition {
    const { authorizationUrl, tokenUrl, revocationUrl, clientId } = this.provider;
    const plain = {
      description: '',
      identityCheck: 'return',
      issuer: null,
      issParameterSupported: false,
      refreshUrl: null,
    } as const;
    const scope = [{ value: 'openid a' }];
    return {
      type: 'oauth2',
      identityProvider: 'Scripted',
      clientId,
      authorizationUrl,
      tokenUrl,
      scope,
      advanced: { revocationUrl },
      ...plain,
    };
  }

  /** Revises the profile behind everybody's back. */
  async revise(change: Partial<ProfileDefinition>): Promise<void> {
    await this.pool.query('UPDATE profile SET definition = definition || $2 WHERE id = $1', [
      this.profileId,
      JSON.stringify(change),
    ]);
  }

  /** An active grant that is due, with tokens the provider has really issued. */
  async givenGrant(given: Given = {}): Promise<{ id: string; accessToken: string; refreshToken: string; subject: string }> {
    const id = randomUUID();
    const user = given.user ?? `user-${id}`;
    const issued = this.provider.families.redeem(this.begin(user, given.scope ?? 'openid a'), redirectUri, undefined);
    if (issued === 'invalid_grant') throw new Error('the provider refused its own code');
    const { accessToken, refreshToken } = issued;
    const sealed = await sealTokens(this.vault, this.assistantId, id, {
      accessToken,
      tokenType: 'Bearer',
      values: {},
      refreshToken,
    });
    const subject = `${this.provider.origin}|${user}`;
    await this.pool.query(
      `INSERT INTO "grant" (id, assistant_id, profile_id, user_id, account, status, hand_out, refresh_token, scope, lifetime_seconds, issued_at, expires_at, due_at,
         subject, origins, client_id, authorization_id)
       VALUES ($1, $2, $3, $4, 'default', 'active', $5, $6, 'openid a', 3600, now() - interval '1 h', now() + make_interval(secs => $7), now(), $8, $9, $10, $1)`,
      [
        id,
        this.assistantId,
        this.profileId,
        user,
        sealed.handOut,
        given.withoutRefreshToken ? null : sealed.refreshToken,
        given.expiresInSeconds === undefined ? 600 : given.expiresInSeconds,
        subject,
        [this.provider.origin],
        this.provider.clientId,
      ],
    );
    return { id, accessToken, refreshToken, subject };
  }

  /** An authorization whose code has just arrived. */
  async givenCode(given: Given = {}): Promise<{ id: string; code: string; user: string }> {
    const id = given.id ?? randomUUID();
    const user = given.user ?? `user-${id}`;
    const code = given.code ?? this.begin(user, given.scope ?? 'openid a');
    const { clientId, tokenUrl, authorizationUrl, origin } = this.provider;
    const pinned: PinnedRequest = {
      authorizationUrl,
      tokenUrl,
      clientId,
      redirectUri,
      scope: 'openid a',
      issuer: null,
      issParameterSupported: false,
      pkce: 'off',
      clientAuthentication: { method: 'client_secret_basic', basicEncoding: 'form' },
      origins: [origin],
      ...given.pinned,
    };
    const sealed = await this.vault.seal(this.assistantId, { table: 'authorization', row: id, field: 'code' }, code);
    await this.pool.query(
      `INSERT INTO "authorization" (id, assistant_id, profile_id, user_id, account, state, identity_check, ask_hash, runtime_key_id, pinned, code, code_received_at,
         correlation_id, expires_at)
       VALUES ($1, $2, $3, $4, 'default', 'code_received', $5, '', $1, $6, $7, now(), 'c', now() + interval '10 minutes')`,
      [id, this.assistantId, this.profileId, user, given.identityCheck ?? 'return', JSON.stringify(pinned), sealed],
    );
    return { id, code, user };
  }

  async grant(id: string): Promise<Record<string, unknown>> {
    return (await this.pool.query('SELECT *, due_at > now() AS waits FROM "grant" WHERE id = $1', [id])).rows[0];
  }

  async authorization(id: string): Promise<Record<string, unknown>> {
    return (await this.pool.query('SELECT * FROM "authorization" WHERE id = $1', [id])).rows[0];
  }

  /** The types of all events of a grant or authorization, in order. */
  async events(stream: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ type: string }>('SELECT type FROM event WHERE stream = $1 ORDER BY id', [stream]);
    return rows.map(({ type }) => type);
  }

  /** What a sealed column of a grant opens to. */
  async opened(grantId: string, field: 'hand_out' | 'refresh_token'): Promise<string> {
    const { [field]: sealed } = await this.grant(grantId);
    return this.vault.open(this.assistantId, { table: 'grant', row: grantId, field }, sealed as Buffer);
  }

  async accessToken(grantId: string): Promise<string> {
    return (JSON.parse(await this.opened(grantId, 'hand_out')) as { accessToken: string }).accessToken;
  }

  /** Lets nobody into the database, and cuts those who are in, until the returned function is called. */
  async lockOut(): Promise<() => Promise<void>> {
    await asAdmin(`ALTER DATABASE ${this.database.name} ALLOW_CONNECTIONS false`);
    await asAdmin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${this.database.name}'`);
    await eventually(() => {
      if (this.pool.idleCount > 0) throw new Error('connections that were cut are still in the pool');
    });
    return () => asAdmin(`ALTER DATABASE ${this.database.name} ALLOW_CONNECTIONS true`);
  }

  private begin(subject: string, scope: string): string {
    return this.provider.families.begin({
      subject,
      email: `${subject}@example.com`,
      scope,
      redirectUri,
      codeChallenge: null,
      nonce: null,
    });
  }
}

async function asAdmin(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: process.env.GK_TEST_PG_URL });
  await admin.connect();
  await admin.query(statement).finally(() => admin.end());
}
