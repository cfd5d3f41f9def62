import { randomBytes, randomUUID } from 'node:crypto';
import type { Roles } from '@grantkeeper/contracts/operators/http';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { anyOperator, lockFirstOperator } from '@grantkeeper/platform/operators/first-operator.lock';
import { OperatorStore } from '@grantkeeper/platform/operators/operator.store';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiConfig } from '../config.js';
import { hashPassword } from './passwords.js';

const admin: Roles = { role: 'admin', assistantRoles: [] };

/** Makes an admin at the first start, when nobody could sign in. A password that was made here is printed once, and kept nowhere. */
@Injectable()
export class FirstOperator implements OnApplicationBootstrap {
  constructor(
    private readonly config: ApiConfig,
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
    private readonly operators: OperatorStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (await anyOperator(this.pool)) return;
    const { email, password } = this.config.firstOperator;
    const made = password ? null : randomBytes(18).toString('base64url');
    const passwordHash = await hashPassword(password?.reveal() ?? (made as string));
    const added = await this.add(email, passwordHash);
    if (added)
      process.stdout.write(`${JSON.stringify({ msg: 'first operator', email, ...(made === null ? {} : { password: made }) })}\n`);
  }

  /** False where another process was first. */
  private add(email: string, passwordHash: string): Promise<boolean> {
    const id = randomUUID();
    return this.unitOfWork.run({ actor: { kind: 'operator', id, ...admin }, correlationId: 'first-start' }, async (tx) => {
      await lockFirstOperator(tx.sql);
      if (await anyOperator(tx.sql)) return false;
      await this.operators.add(tx, { id, email, ...admin, passwordHash });
      tx.record(`operator-${id}`, null, { type: 'operators.created.v1', operatorId: id, role: 'admin' });
      tx.audit({
        action: 'operators.create',
        subject: `operator:${id}`,
        assistantId: null,
        detail: { email, role: 'admin', first: true },
      });
      return true;
    });
  }
}
