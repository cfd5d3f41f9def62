import { refreshTokenPlace } from '@grantkeeper/platform/grants/sealed-tokens';
import type { ProviderName } from './providers.js';
import type { Stage } from './stage.js';

/** A grant that harm is done to, with its version and refresh token when it was last read. */
export interface Victim {
  id: string;
  user: string;
  provider: ProviderName;
  profile: string;
  key: string;
  version: number;
  token: string;
}

/** The rows of grants that harm is done to. */
export class GrantRows {
  constructor(private readonly stage: Stage) {}

  async makeDue(victims: readonly Victim[]): Promise<void> {
    await this.update(victims, `due_at = now(), queued_until = now() + interval '1 hour'`);
  }

  /** Keeps the sweeper from queueing them. */
  async hold(victims: readonly Victim[]): Promise<void> {
    await this.update(victims, `queued_until = now() + interval '1 hour'`);
  }

  async release(victims: readonly Victim[]): Promise<void> {
    await this.update(victims, 'queued_until = NULL');
  }

  /** Their marks are as young as they were, whatever time has gone by. */
  async standStill(victims: readonly Victim[]): Promise<void> {
    await this.update(
      victims,
      `sent_at = CASE WHEN attempt IS NULL THEN sent_at ELSE now() END, queued_until = now() + interval '1 hour'`,
    );
  }

  /** Moves the clock on: their marks, and with `ended` their access tokens too. */
  async moveClock(victims: readonly Victim[], { ended }: { ended: boolean }): Promise<void> {
    for (const { token } of victims) this.stage.movedOn.add(token);
    await this.update(
      victims,
      `sent_at = sent_at - interval '31 s', queued_until = NULL, due_at = now()${ended ? `, expires_at = now() - interval '1 s'` : ''}`,
    );
  }

  /** Notes version and refresh token of each as they are now. */
  async read(victims: readonly Victim[]): Promise<void> {
    const { rows } = await this.stage.db.query<{ id: string; version: number; assistantId: string; refreshToken: Buffer }>(
      `SELECT id, version, assistant_id AS "assistantId", refresh_token AS "refreshToken" FROM "grant" WHERE id = ANY ($1)`,
      [victims.map(({ id }) => id)],
    );
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const victim of victims) {
      const row = found.get(victim.id);
      if (!row) throw new Error(`there is no grant ${victim.id}`);
      victim.version = row.version;
      victim.token = await this.stage.vault.open(row.assistantId, refreshTokenPlace(victim.id), row.refreshToken);
    }
  }

  async states(victims: readonly Victim[]): Promise<Map<string, { version: number; marked: boolean; status: string }>> {
    const { rows } = await this.stage.db.query<{ id: string; version: number; marked: boolean; status: string }>(
      `SELECT id, version, attempt IS NOT NULL AS marked, status FROM "grant" WHERE id = ANY ($1)`,
      [victims.map(({ id }) => id)],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** How many are still due, and which are not active any more. */
  async standing(victims: readonly Victim[]): Promise<{ due: number; lost: string[] }> {
    const { rows } = await this.stage.db.query<{ id: string; status: string; due: boolean }>(
      `SELECT id, status, due_at <= now() AS due FROM "grant" WHERE id = ANY ($1)`,
      [victims.map(({ id }) => id)],
    );
    const lost = rows.filter(({ status }) => status !== 'active').map(({ id }) => id);
    return { due: rows.filter(({ due }) => due).length, lost };
  }

  private async update(victims: readonly Victim[], change: string): Promise<void> {
    await this.stage.db.query(`UPDATE "grant" SET ${change} WHERE id = ANY ($1)`, [victims.map(({ id }) => id)]);
  }
}
