import type { AssistantRole, Role, Roles } from '@grantkeeper/contracts/operators/http';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { LastAdmin, OperatorEmailTaken, OperatorNotFound } from '@grantkeeper/core/operators/operators.errors';
import { Column, CreateDateColumn, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { breaks } from '../database/constraints.js';
import type { Sql } from '../database/pool.js';
import type { Transaction } from '../database/unit-of-work.js';
import { assistantRolesOf, replaceAssistantRoles } from './assistant-roles.js';

@Entity('operator')
export class OperatorRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') email: string;
  @Column('text', { name: 'password_hash', select: false }) passwordHash: string;
  @Column('text', { nullable: true }) role: Role | null;
  @Column('boolean') disabled: boolean;
  @Column('int') revision: number;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

/** An operator without the password's hash. */
export type StoredOperator = Omit<OperatorRow, 'passwordHash'> & Roles;
export type OperatorChange = Partial<Pick<OperatorRow, 'disabled' | 'passwordHash'> & Roles>;

type Tx = Pick<Transaction, 'manager' | 'sql'>;

/** Stores operators. There is always an admin who can sign in. */
export class OperatorStore {
  /** Throws OperatorEmailTaken, and InvalidInput where a role is for an assistant that there is not. */
  async add(
    tx: Tx,
    { assistantRoles, ...operator }: Pick<OperatorRow, 'id' | 'email' | 'passwordHash'> & Roles,
  ): Promise<StoredOperator> {
    await tx.manager.insert(OperatorRow, { ...operator, disabled: false, revision: 1 }).catch((error: unknown) => {
      throw breaks(error, 'operator_email_taken') ? new OperatorEmailTaken(operator.email) : error;
    });
    await this.giveRoles(tx.sql, operator.id, assistantRoles);
    return this.read(tx, operator.id);
  }

  /** Reads an operator and locks all admins with it, so that two changes cannot remove the last two. Throws OperatorNotFound. */
  async lock(tx: Tx, id: string): Promise<StoredOperator> {
    const rows = await tx.manager
      .createQueryBuilder(OperatorRow, 'o')
      .where('o.id = :id OR o.role = :admin', { id, admin: 'admin' })
      .orderBy('o.id')
      .setLock('pessimistic_write')
      .getMany();
    const row = rows.find((one) => one.id === id);
    if (!row) throw new OperatorNotFound();
    return this.read(tx, id);
  }

  /** Changes a locked operator; a new password or being disabled ends all sessions. Throws LastAdmin. */
  async change(tx: Tx, before: StoredOperator, change: OperatorChange): Promise<StoredOperator> {
    const { assistantRoles, ...columns } = change;
    const after = { ...before, ...columns };
    if (after.role !== 'admin' || after.disabled) await this.refuseLastAdmin(tx.manager, before);
    await tx.manager.update(OperatorRow, { id: before.id }, { ...columns, revision: before.revision + 1 });
    if (assistantRoles) await this.giveRoles(tx.sql, before.id, assistantRoles);
    if (change.passwordHash !== undefined || after.disabled)
      await tx.sql.query('DELETE FROM operator_session WHERE operator_id = $1', [before.id]);
    return this.read(tx, before.id);
  }

  /** Removes a locked operator with sessions and API tokens. Throws LastAdmin. */
  async remove({ manager }: Tx, operator: StoredOperator): Promise<void> {
    await this.refuseLastAdmin(manager, operator);
    await manager.delete(OperatorRow, { id: operator.id });
  }

  private async read({ manager, sql }: Tx, id: string): Promise<StoredOperator> {
    const row = await manager.findOneByOrFail(OperatorRow, { id });
    return { ...row, assistantRoles: await assistantRolesOf(sql, id) };
  }

  private async giveRoles(sql: Sql, id: string, roles: readonly AssistantRole[]): Promise<void> {
    const unknown = await replaceAssistantRoles(sql, id, roles);
    if (unknown.length === 0) return;
    throw new InvalidInput(
      unknown.map((index) => ({
        path: `assistantRoles.${index}.assistantId`,
        code: 'invalid_value',
        message: 'must be the id of an assistant',
      })),
    );
  }

  private async refuseLastAdmin(manager: EntityManager, operator: StoredOperator): Promise<void> {
    if (operator.role !== 'admin' || operator.disabled) return;
    if ((await manager.countBy(OperatorRow, { role: 'admin', disabled: false })) <= 1) throw new LastAdmin();
  }
}
