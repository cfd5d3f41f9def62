import { closeOpenAuthorizations } from '@grantkeeper/platform/authorizations/close-authorizations';
import { expireAuthorizations } from '@grantkeeper/platform/authorizations/expire-authorizations';
import type { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { endGrantsIn } from '@grantkeeper/platform/grants/end-grants';
import { rewrapValues } from '@grantkeeper/platform/keys/rewrap-values';
import { rotateDataKeys } from '@grantkeeper/platform/keys/rotate-data-keys';
import type { FlightBench } from '../support/flight-bench.js';
import { asWorker } from '../support/stored-rows.js';
import type { AuthorizationView, Flight, FlightStore, GrantView, View } from './flight-store.js';
import type { ProductFlights } from './product-flights.js';

const instants = {
  grant: ['sent_at', 'issued_at', 'expires_at', 'due_at', 'queued_until', 'refused_at'],
  authorization: ['sent_at', 'queued_until', 'code_received_at', 'expires_at'],
};

/** Tokens of this user's grants, and those that came too late to make one: they are named after the attempt. */
const revoked = `(r.grant_id IN (SELECT id FROM "grant" WHERE user_id = $1) OR r.id = ANY ($2))`;

type GrantRow = Omit<GrantView, 'accessToken' | 'refreshToken'> & { hand_out: Buffer | null; refresh_token: Buffer | null };

/** One user's rows in PostgreSQL, moved by the product's own statements. Time passes by moving the rows' instants back. */
export class SqlStore implements FlightStore {
  private readonly attempts: string[] = [];
  private readonly live: { elapse(milliseconds: number): void }[] = [];

  constructor(
    private readonly bench: FlightBench,
    private readonly unitOfWork: UnitOfWork,
    private readonly user: string,
    /** Whose parts each worker uses. */
    private readonly workers: readonly ProductFlights[],
  ) {}

  private get mine(): string {
    const { assistantId, profileId } = this.bench;
    return `assistant_id = '${assistantId}' AND profile_id = '${profileId}' AND user_id = $1`;
  }

  async begin(kind: 'exchange' | 'refresh', worker: number, attempt: string): Promise<Flight | null> {
    const parts = this.workers[worker] as ProductFlights;
    const flight = kind === 'exchange' ? await this.beginExchange(parts, attempt) : await this.beginRefresh(parts, attempt);
    this.attempts.push(attempt);
    if (flight) this.live.push(flight);
    return flight;
  }

  async consent(id: string, code: string): Promise<void> {
    await this.closeOpen();
    await this.bench.givenCode({ id, code, user: this.user });
  }

  async signOut(): Promise<void> {
    const grant = await this.latest<{ id: string; status: string }>('grant', 'id, status');
    if (!grant || grant.status === 'ended') return;
    await asWorker(this.unitOfWork, async (transaction) => {
      await closeOpenAuthorizations(transaction, { profileId: this.bench.profileId, user: this.user, account: 'default' });
      await endGrantsIn(transaction, [grant.id], 'signed_out');
    });
  }

  async rewrap(): Promise<void> {
    const { pool, ring, assistantId } = this.bench;
    await rotateDataKeys(pool, ring, 'test', [assistantId]);
    await rewrapValues(pool, ring, 'test', { assistantId, valuesPerSecond: 0 });
  }

  async enable(isEnabled: boolean): Promise<void> {
    await this.bench.pool.query('UPDATE profile SET status = $2 WHERE id = $1', [
      this.bench.profileId,
      isEnabled ? 'active' : 'disabled',
    ]);
  }

  expire(): Promise<void> {
    return expireAuthorizations(this.unitOfWork);
  }

  async databaseLost(): Promise<void> {
    for (const { flights } of this.workers) flights.databaseLost();
  }

  async elapse(milliseconds: number): Promise<void> {
    for (const one of this.live) one.elapse(milliseconds);
    for (const [table, columns] of Object.entries(instants)) {
      const moved = columns.map((column) => `${column} = ${column} - make_interval(secs => $2)`).join(', ');
      const over = table === 'grant' ? `status = 'ended'` : `ended_at IS NOT NULL AND attempt IS NULL`;
      const text = `UPDATE "${table}" SET ${moved} WHERE ${this.mine} AND NOT (${over})`;
      await this.bench.pool.query(text, [this.user, milliseconds / 1000]);
    }
  }

  async view(): Promise<View> {
    const grant = await this.latest<GrantRow>(
      'grant',
      `id, status, reason, version, attempt, sends, constant, last_failure AS "lastFailure", status <> 'ended' AND expires_at < now() AS "hasExpired", hand_out, refresh_token`,
    );
    const { rows } = await this.bench.pool.query<{ id: string; hand_out: Buffer }>(
      `SELECT r.grant_id AS id, r.hand_out FROM revocation r WHERE ${revoked}`,
      [this.user, this.attempts],
    );
    const revocations = await Promise.all(rows.map(({ id, hand_out }) => this.accessToken(id, hand_out)));
    return {
      grant: grant && (await this.opened(grant)),
      authorization: await this.latest<AuthorizationView>('authorization', 'id, state, reason, attempt'),
      revocations: revocations.sort(),
    };
  }

  /** Leaves nothing of this user behind. */
  async clear(): Promise<void> {
    await this.bench.pool.query(`DELETE FROM revocation r WHERE ${revoked}`, [this.user, this.attempts]);
    for (const table of Object.keys(instants))
      await this.bench.pool.query(`DELETE FROM "${table}" WHERE user_id = $1`, [this.user]);
  }

  private async beginRefresh(parts: ProductFlights, attempt: string) {
    const grant = await this.latest<{ id: string; version: number }>('grant', 'id, version');
    if (!grant) return null;
    await this.bench.pool.query(`UPDATE "grant" SET due_at = now() WHERE id = $1 AND status = 'active'`, [grant.id]);
    return parts.beginRefresh(grant.id, grant.version, attempt);
  }

  private async beginExchange(parts: ProductFlights, attempt: string) {
    const one = await this.latest<{ id: string }>('authorization', 'id');
    return one && parts.beginExchange(one.id, attempt);
  }

  private async closeOpen(): Promise<void> {
    const which = { profileId: this.bench.profileId, user: this.user, account: 'default' };
    await asWorker(this.unitOfWork, (transaction) => closeOpenAuthorizations(transaction, which));
  }

  private async latest<T extends object>(table: 'grant' | 'authorization', columns: string): Promise<T | null> {
    const order = table === 'grant' ? 'ended_at IS NULL DESC, ended_at DESC' : 'id DESC';
    const text = `SELECT ${columns} FROM "${table}" WHERE ${this.mine} ORDER BY ${order} LIMIT 1`;
    const { rows } = await this.bench.pool.query<T>(text, [this.user]);
    return rows[0] ?? null;
  }

  private async opened({ hand_out, refresh_token, ...grant }: GrantRow): Promise<GrantView> {
    const place = { table: 'grant', row: grant.id, field: 'refresh_token' };
    const { assistantId, vault } = this.bench;
    return {
      ...grant,
      accessToken: hand_out && (await this.accessToken(grant.id, hand_out)),
      refreshToken: refresh_token && (await vault.open(assistantId, place, refresh_token)),
    };
  }

  private async accessToken(grantId: string, sealed: Buffer): Promise<string> {
    const place = { table: 'grant', row: grantId, field: 'hand_out' };
    const opened = await this.bench.vault.open(this.bench.assistantId, place, sealed);
    return (JSON.parse(opened) as { accessToken: string }).accessToken;
  }
}
