import type { Role } from '@grantkeeper/contracts/operators/http';
import { LastAdmin, OperatorEmailTaken, OperatorNotFound } from '@grantkeeper/core/operators/operators.errors';
import { Column, CreateDateColumn, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { breaks } from '../database/constraints.js';

@Entity('operator')
export class OperatorRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') email: string;
  @Column('text', { name: 'password_hash', select: false }) passwordHash: string;
  @Column('text') role: Role;
  @Column('boolean') disabled: boolean;
  @Column('int') revision: number;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

/** An operator without the password's hash. */
export type StoredOperator = Omit<OperatorRow, 'passwordHash'>;
export type OperatorChange = Partial<Pick<OperatorRow, 'role' | 'disabled' | 'passwordHash'>>;

/** Stores operators. There is always an admin who can sign in. */
export class OperatorStore {
  /** Throws OperatorEmailTaken. */
  async add(
    manager: EntityManager,
    operator: Pick<OperatorRow, 'id' | 'email' | 'role' | 'passwordHash'>,
  ): Promise<StoredOperator> {
    await manager.insert(OperatorRow, { ...operator, disabled: false, revision: 1 }).catch((error: unknown) => {
      throw breaks(error, 'operator_email_taken') ? new OperatorEmailTaken(operator.email) : error;
    });
    return manager.findOneByOrFail(OperatorRow, { id: operator.id });
  }

  /** Reads an operator and locks all admins with it, so that two changes cannot remove the last two. Throws OperatorNotFound. */
  async lock(manager: EntityManager, id: string): Promise<StoredOperator> {
    const rows = await manager
      .createQueryBuilder(OperatorRow, 'o')
      .where('o.id = :id OR o.role = :admin', { id, admin: 'admin' })
      .orderBy('o.id')
      .setLock('pessimistic_write')
      .getMany();
    const row = rows.find((one) => one.id === id);
    if (!row) throw new OperatorNotFound();
    return row;
  }

  /** Changes a locked operator; a new password or being disabled ends all sessions. Throws LastAdmin. */
  async change(manager: EntityManager, before: StoredOperator, change: OperatorChange): Promise<StoredOperator> {
    const after = { role: change.role ?? before.role, disabled: change.disabled ?? before.disabled };
    if (after.role !== 'admin' || after.disabled) await this.refuseLastAdmin(manager, before);
    await manager.update(OperatorRow, { id: before.id }, { ...change, revision: before.revision + 1 });
    if (change.passwordHash !== undefined || after.disabled)
      await manager.query('DELETE FROM operator_session WHERE operator_id = $1', [before.id]);
    return manager.findOneByOrFail(OperatorRow, { id: before.id });
  }

  /** Removes a locked operator with sessions and API tokens. Throws LastAdmin. */
  async remove(manager: EntityManager, operator: StoredOperator): Promise<void> {
    await this.refuseLastAdmin(manager, operator);
    await manager.delete(OperatorRow, { id: operator.id });
  }

  private async refuseLastAdmin(manager: EntityManager, operator: StoredOperator): Promise<void> {
    if (operator.role !== 'admin' || operator.disabled) return;
    if ((await manager.countBy(OperatorRow, { role: 'admin', disabled: false })) <= 1) throw new LastAdmin();
  }
}
