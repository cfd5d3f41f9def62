import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type pg from 'pg';

const schema = `
  CREATE TABLE IF NOT EXISTS artifact (
    model text NOT NULL, id text NOT NULL, payload jsonb NOT NULL, expires_at timestamptz, PRIMARY KEY (model, id));
  CREATE INDEX IF NOT EXISTS artifact_grant ON artifact ((payload->>'grantId'));
  CREATE INDEX IF NOT EXISTS artifact_uid ON artifact ((payload->>'uid'));
  DELETE FROM artifact WHERE expires_at < now();`;

/** Keeps codes, tokens and sessions in PostgreSQL, so that they survive a crash of the provider. */
export async function postgresArtifacts(pool: pg.Pool): Promise<AdapterFactory> {
  await pool.query(schema);
  return (model) => new PostgresArtifacts(model, pool);
}

class PostgresArtifacts implements Adapter {
  constructor(
    private readonly model: string,
    private readonly pool: pg.Pool,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO artifact (model, id, payload, expires_at) VALUES ($1, $2, $3, now() + make_interval(secs => $4))
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`,
      [this.model, id, JSON.stringify(payload), expiresIn ?? null],
    );
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.first('id = $2', id);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.first("payload->>'uid' = $2", uid);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.first("payload->>'userCode' = $2", userCode);
  }

  async consume(id: string): Promise<void> {
    await this.pool.query(
      `UPDATE artifact SET payload = payload || jsonb_build_object('consumed', floor(extract(epoch FROM now()))) WHERE model = $1 AND id = $2`,
      [this.model, id],
    );
  }

  async destroy(id: string): Promise<void> {
    await this.pool.query('DELETE FROM artifact WHERE model = $1 AND id = $2', [this.model, id]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.pool.query("DELETE FROM artifact WHERE model = $1 AND payload->>'grantId' = $2", [this.model, grantId]);
  }

  private async first(condition: string, value: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.pool.query<{ payload: AdapterPayload }>(
      `SELECT payload FROM artifact WHERE model = $1 AND ${condition} AND (expires_at IS NULL OR expires_at > now())`,
      [this.model, value],
    );
    return rows[0]?.payload;
  }
}
