import type { Roles } from '@grantkeeper/contracts/operators/http';
import { WrongCredentials } from '@grantkeeper/core/operators/operators.errors';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { credentialsOf, endSession, startSession } from '@grantkeeper/platform/operators/sessions';
import { Injectable } from '@nestjs/common';
import { newCredential } from '../http/credentials.js';
import { sessionSeconds } from '../http/session-cookie.js';
import { passwordMatches } from './passwords.js';
import { SignInLimit } from './sign-in-limit.js';

export interface Session extends Roles {
  token: string;
  operatorId: string;
  expiresAt: Date;
}

/** Signs operators in and out. Unknown address, wrong password and disabled operator look alike. */
@Injectable()
export class SignIn {
  private readonly limit = new SignInLimit();

  constructor(
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async start(email: string, password: string, from: { ip: string; correlationId: string }): Promise<Session> {
    this.limit.count(email, from.ip);
    const known = await credentialsOf(this.pool, email);
    const matches = await passwordMatches(known?.passwordHash ?? null, password);
    if (!known || !matches || known.disabled) throw new WrongCredentials();
    const { id, role, assistantRoles } = known;
    const session = await this.unitOfWork.run(
      { actor: { kind: 'operator', id, role, assistantRoles }, correlationId: from.correlationId },
      async (tx) => {
        const token = newCredential('');
        const expiresAt = await startSession(tx.sql, id, credentialHash(token), sessionSeconds);
        if (!expiresAt) throw new WrongCredentials();
        tx.audit({ action: 'operators.sign-in', subject: `operator:${id}`, assistantId: null, detail: {} });
        return { token, operatorId: id, role, assistantRoles, expiresAt };
      },
    );
    this.limit.clear(email, from.ip);
    return session;
  }

  async end(token: string, context: Context): Promise<void> {
    await this.unitOfWork.run(context, async (tx) => {
      await endSession(tx.sql, credentialHash(token));
      const { actor } = context;
      if (actor.kind === 'operator')
        tx.audit({ action: 'operators.sign-out', subject: `operator:${actor.id}`, assistantId: null, detail: {} });
    });
  }
}
