import { randomUUID } from 'node:crypto';
import type { AssistantRole, NewOperator, OperatorPatch, OperatorView, Role } from '@grantkeeper/contracts/operators/http';
import { type Change, changedMembers, masked } from '@grantkeeper/core/kernel/changed-members';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { SignsInAtCompany } from '@grantkeeper/core/operators/operators.errors';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { OperatorStore, type StoredOperator } from '@grantkeeper/platform/operators/operator.store';
import { listOperators, operatorView } from '@grantkeeper/platform/operators/operator.view';
import { Injectable } from '@nestjs/common';
import { namePlace, type Page, pageOf, readCursor } from '../http/cursor.js';
import { refuseStale } from '../http/revision.js';
import { hashPassword } from './passwords.js';

/** The people who manage the installation. There is always an admin who can sign in. */
@Injectable()
export class Operators {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: OperatorStore,
    private readonly pool: SqlPool,
  ) {}

  async create({ email, password, role, assistantRoles }: NewOperator, context: Context): Promise<OperatorView> {
    const passwordHash = await hashPassword(password);
    return this.unitOfWork.run(context, async (tx) => {
      const operator = await this.store.add(tx, { id: randomUUID(), email, role, assistantRoles, passwordHash });
      tx.record(`operator-${operator.id}`, null, { type: 'operators.created.v1', operatorId: operator.id, role });
      audit(tx, 'operators.create', operator.id, { email, role, assistantRoles });
      return operatorView(operator);
    });
  }

  async list(limit: number, cursor: string | undefined): Promise<Page<OperatorView>> {
    const after = readCursor(namePlace, cursor);
    const rows = await listOperators(this.pool, after?.name ?? null, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ email }) => ({ name: email }),
      (view) => view,
    );
  }

  async change(
    id: string,
    { role, assistantRoles, disabled, password }: OperatorPatch,
    readRevision: number,
    context: Context,
  ): Promise<OperatorView> {
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    return this.unitOfWork.run(context, async (tx) => {
      const before = await this.store.lock(tx, id);
      refuseStale(before, readRevision);
      const changed = [
        ...(role !== undefined && role !== before.role ? ['role'] : []),
        ...(assistantRoles !== undefined && !sameRoles(assistantRoles, before.assistantRoles) ? ['assistantRoles'] : []),
        ...(disabled !== undefined && disabled !== before.disabled ? ['disabled'] : []),
        ...(passwordHash === undefined ? [] : ['password']),
      ];
      if (changed.length === 0) return operatorView(before);
      if (before.signsInBy === 'company' && changed.some((name) => name !== 'disabled')) throw new SignsInAtCompany();
      refuseNoRole(role === undefined ? before.role : role, assistantRoles ?? before.assistantRoles);
      const after = await this.store.change(tx, before, defined({ role, assistantRoles, disabled, passwordHash }));
      tx.record(`operator-${id}`, null, { type: 'operators.changed.v1', operatorId: id, changed });
      audit(tx, 'operators.change', id, { changed, ...changeOf(before, after, passwordHash !== undefined) });
      return operatorView(after);
    });
  }

  remove(id: string, context: Context): Promise<void> {
    return this.unitOfWork.run(context, async (tx) => {
      const operator = await this.store.lock(tx, id);
      await this.store.remove(tx, operator);
      tx.record(`operator-${id}`, null, { type: 'operators.deleted.v1', operatorId: id });
      audit(tx, 'operators.delete', id, { email: operator.email, role: operator.role, assistantRoles: operator.assistantRoles });
    });
  }
}

const audit = (tx: Transaction, action: string, id: string, detail: Record<string, unknown>): void =>
  tx.audit({ action, subject: `operator:${id}`, assistantId: null, detail });

/** Before and after, for the audit log; of a password only that it is another. */
function changeOf(before: StoredOperator, after: StoredOperator, newPassword: boolean): Change {
  const shown = ({ role, assistantRoles, disabled }: StoredOperator) => ({ role, assistantRoles, disabled });
  const change = changedMembers(shown(before), shown(after));
  if (!newPassword) return change;
  return { before: { ...change.before, password: masked }, after: { ...change.after, password: `${masked} (new)` } };
}

/** Whoever has no role could sign in and see nothing: that is what `disabled` is for. */
function refuseNoRole(role: Role | null, assistantRoles: readonly AssistantRole[]): void {
  if (role === null && assistantRoles.length === 0)
    throw new InvalidInput([{ path: 'role', code: 'custom', message: 'must be given for all assistants or for at least one' }]);
}

const sameRoles = (a: readonly AssistantRole[], b: readonly AssistantRole[]): boolean =>
  a.length === b.length && a.every((one) => b.some((other) => other.assistantId === one.assistantId && other.role === one.role));

const defined = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
