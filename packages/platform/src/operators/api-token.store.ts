import { ApiTokenNotFound } from '@grantkeeper/core/operators/operators.errors';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';

@Entity('operator_api_token')
export class ApiTokenRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'operator_id' }) operatorId: string;
  @Column('text') name: string;
  @Column('bytea', { select: false }) hash: Buffer;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
}

/** Stores operators' API tokens, as hashes. */
export class ApiTokenStore {
  async add(manager: EntityManager, token: Omit<ApiTokenRow, 'revokedAt'>): Promise<void> {
    await manager.insert(ApiTokenRow, token);
  }

  /** Revokes a token of this operator; answers whether it was not revoked before. Throws ApiTokenNotFound. */
  async revoke(manager: EntityManager, operatorId: string, id: string): Promise<boolean> {
    const row = await manager.findOne(ApiTokenRow, { where: { id, operatorId }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new ApiTokenNotFound();
    if (row.revokedAt !== null) return false;
    await manager
      .createQueryBuilder()
      .update(ApiTokenRow)
      .set({ revokedAt: () => 'now()' })
      .where({ id })
      .execute();
    return true;
  }
}
