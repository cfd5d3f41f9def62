import type { AssistantRole, Role, Roles, SignInMethod } from '@grantkeeper/contracts/operators/http';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { LastAdmin, OperatorEmailTaken, OperatorNotFound } from '@grantkeeper/core/operators/operators.errors';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { breaks } from '../database/constraints.js';
import type { Sql } from '../database/pool.js';
import type { Transaction } from '../database/unit-of-work.js';
import { assistantRolesColumn, replaceAssistantRoles } from './assistant-roles.js';

@Entity('operator')
export class OperatorRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') email: string;
  @Column('text', { name: 'password_hash', select: false, nullable: true }) passwordHash: string | null;
  @Column('text', { name: 'company_issuer', nullable: true }) companyIssuer: string | null;
  @Column('text', { name: 'company_subject', nullable: true }) companySubject: string | null;
  @Column('text', { nullable: true }) role: Role | null;
  @Column('boolean') disabled: boolean;
  @Column('int') revision: number;
}

/** An operator without the password's hash. */
export interface StoredOperator extends Roles {
  id: string;
  email: string;
  disabled: boolean;
  signsInBy: SignInMethod;
  signedInAt: Date | null;
  revision: number;
  createdAt: Date;
}

/** What is told of the operator `o`. */
export const operatorColumns = `o.id, o.email, o.role, o.disabled, o.revision, o.created_at AS "createdAt", o.signed_in_at AS "signedInAt",
  CASE WHEN o.password_hash IS NULL THEN 'company' ELSE 'password' END AS "signsInBy", ${assistantRolesColumn}`;

/** With a password, or with who they are at the company. */
type Proof = Pick<OperatorRow, 'passwordHash'> | Pick<OperatorRow, 'companyIssuer' | 'companySubject'>;
export type NewOperatorRow = Pick<OperatorRow, 'id' | 'email'> & Proof & Roles;
export type OperatorChange = Partial<Pick<OperatorRow, 'email' | 'disabled' | 'passwordHash'> & Roles>;

type Tx = Pick<Transaction, 'manager' | 'sql'>;

/** Stores operators. There is always an admin who can sign in with a password. */
export class OperatorStore {
  /** Throws OperatorEmailTaken, and InvalidInput where a role is for an assistant that there is not. */
  async add(tx: Tx, { assistantRoles, ...operator }: NewOperatorRow): Promise<StoredOperator> {
    await tx.manager.insert(OperatorRow, { ...operator, disabled: false, revision: 1 }).catch((error: unknown) => {
      throw breaks(error, 'operator_email_taken') ? new OperatorEmailTaken(operator.email) : error;
    });
    await this.giveRoles(tx.sql, operator.id, assistantRoles);
    return this.read(tx.sql, operator.id);
  }

  /** Reads an operator and locks all admins with it, so that two changes cannot remove the last two. Throws OperatorNotFound. */
  async lock({ sql }: Tx, id: string): Promise<StoredOperator> {
    await sql.query(`SELECT FROM operator WHERE id = $1 OR role = 'admin' ORDER BY id FOR UPDATE`, [id]);
    return this.read(sql, id);
  }

  /** Changes a locked operator. A new password ends all sessions and API tokens, being disabled all sessions. Throws LastAdmin. */
  async change(tx: Tx, before: StoredOperator, change: OperatorChange): Promise<StoredOperator> {
    const { assistantRoles, ...columns } = change;
    const after = { ...before, ...columns };
    if (after.role !== 'admin' || after.disabled) await this.refuseLastAdmin(tx.manager, before);
    await tx.manager.update(OperatorRow, { id: before.id }, { ...columns, revision: before.revision + 1 });
    if (assistantRoles) await this.giveRoles(tx.sql, before.id, assistantRoles);
    if (change.passwordHash !== undefined || after.disabled)
      await tx.sql.query('DELETE FROM operator_session WHERE operator_id = $1', [before.id]);
    if (change.passwordHash !== undefined)
      await tx.sql.query('UPDATE operator_api_token SET revoked_at = now() WHERE operator_id = $1 AND revoked_at IS NULL', [
        before.id,
      ]);
    return this.read(tx.sql, before.id);
  }

  /** Gives a new password, and nothing else. */
  async changePassword({ manager }: Tx, id: string, passwordHash: string): Promise<void> {
    await manager.update(OperatorRow, { id }, { passwordHash, revision: () => 'revision + 1' });
  }

  /** Removes a locked operator with sessions and API tokens. Throws LastAdmin. */
  async remove({ manager }: Tx, operator: StoredOperator): Promise<void> {
    await this.refuseLastAdmin(manager, operator);
    await manager.delete(OperatorRow, { id: operator.id });
  }

  private async read(sql: Sql, id: string): Promise<StoredOperator> {
    const { rows } = await sql.query<StoredOperator>(`SELECT ${operatorColumns} FROM operator o WHERE o.id = $1`, [id]);
    if (!rows[0]) throw new OperatorNotFound();
    return rows[0];
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

  /** Whoever signs in at the company does not count: the company can take the role away at any time. */
  private async refuseLastAdmin(manager: EntityManager, operator: StoredOperator): Promise<void> {
    if (operator.role !== 'admin' || operator.disabled || operator.signsInBy === 'company') return;
    const admins = await manager
      .createQueryBuilder(OperatorRow, 'o')
      .where(`o.role = 'admin' AND NOT o.disabled AND o.password_hash IS NOT NULL`)
      .getCount();
    if (admins <= 1) throw new LastAdmin();
  }
}
