import { RuntimeKeyNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import { Column, Entity, type EntityManager, In, PrimaryColumn } from 'typeorm';
import { ProfileRow } from '../profiles/profile.rows.js';

@Entity('runtime_key')
export class RuntimeKeyRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'assistant_id' }) assistantId: string;
  @Column('text') name: string;
  @Column('bytea', { select: false }) hash: Buffer;
  @Column('uuid', { array: true, nullable: true }) profiles: string[] | null;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
}

/** Stores runtime keys, as hashes. */
export class RuntimeKeyStore {
  /** Throws ProfileNotFound where a profile that the key is limited to is not the assistant's. */
  async add(manager: EntityManager, key: Omit<RuntimeKeyRow, 'revokedAt'>): Promise<void> {
    if (key.profiles !== null) {
      const known = await manager.countBy(ProfileRow, { id: In(key.profiles), assistantId: key.assistantId });
      if (known !== new Set(key.profiles).size) throw new ProfileNotFound();
    }
    await manager.insert(RuntimeKeyRow, key);
  }

  /** Revokes a key, once; a key that is revoked already is not changed. Throws RuntimeKeyNotFound. */
  async revoke(manager: EntityManager, id: string): Promise<{ assistantId: string; name: string; revokedNow: boolean }> {
    const row = await manager.findOne(RuntimeKeyRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new RuntimeKeyNotFound();
    if (row.revokedAt === null) {
      await manager
        .createQueryBuilder()
        .update(RuntimeKeyRow)
        .set({ revokedAt: () => 'now()' })
        .where({ id })
        .execute();
    }
    return { assistantId: row.assistantId, name: row.name, revokedNow: row.revokedAt === null };
  }
}
