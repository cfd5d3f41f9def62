import type { Roles } from '@grantkeeper/contracts/operators/http';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { SignsInAtCompany, WrongCredentials } from '@grantkeeper/core/operators/operators.errors';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { OperatorStore } from '@grantkeeper/platform/operators/operator.store';
import type { SignedIn } from '@grantkeeper/platform/operators/operator-credentials';
import { credentialsOf, endOtherSessions, endSession, startSession } from '@grantkeeper/platform/operators/sessions';
import { Injectable } from '@nestjs/common';
import { newCredential } from '../http/credentials.js';
import { sessionSeconds } from '../http/session-cookie.js';
import { hashPassword, passwordMatches } from './passwords.js';
import { SignInLimit } from './sign-in-limit.js';

export interface Session extends Roles {
  token: string;
  operatorId: string;
  expiresAt: Date;
}

/** Where a sign-in comes from. */
export interface SignInPlace {
  ip: string;
  correlationId: string;
  browser: string | null;
}

/** Signs operators in and out. Unknown address, wrong password and disabled operator look alike. */
@Injectable()
export class SignIn {
  private readonly limit = new SignInLimit();

  constructor(
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
    private readonly store: OperatorStore,
  ) {}

  async start(email: string, password: string, from: SignInPlace): Promise<Session> {
    this.limit.count(email, from.ip);
    const known = await credentialsOf(this.pool, email);
    const matches = await passwordMatches(known?.passwordHash ?? null, password);
    if (!known || !matches || known.disabled) throw new WrongCredentials();
    const { id, role, assistantRoles } = known;
    const session = await this.unitOfWork.run(
      { actor: { kind: 'operator', id, role, assistantRoles }, correlationId: from.correlationId },
      async (tx) => {
        const token = newCredential('');
        const { browser } = from;
        const expiresAt = await startSession(tx.sql, {
          operatorId: id,
          hash: credentialHash(token),
          browser,
          seconds: sessionSeconds,
        });
        if (!expiresAt) throw new WrongCredentials();
        tx.audit({ action: 'operators.sign-in', subject: `operator:${id}`, assistantId: null, detail: { browser } });
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

  /** A new password of one's own: the session that asks stays, all others end. Throws InvalidInput, SignsInAtCompany, RateLimited. */
  async changePassword(
    { id, email, sessionId, signsInBy }: SignedIn,
    passwords: { currentPassword: string; newPassword: string },
    ip: string,
    context: Context,
  ): Promise<void> {
    if (signsInBy === 'company') throw new SignsInAtCompany();
    this.limit.count(email, ip);
    const known = await credentialsOf(this.pool, email);
    if (!(await passwordMatches(known?.passwordHash ?? null, passwords.currentPassword)))
      throw new InvalidInput([{ path: 'currentPassword', code: 'invalid_value', message: 'is not your password' }]);
    const passwordHash = await hashPassword(passwords.newPassword);
    await this.unitOfWork.run(context, async (tx) => {
      await this.store.changePassword(tx, id, passwordHash);
      await endOtherSessions(tx.sql, id, sessionId);
      tx.record(`operator-${id}`, null, { type: 'operators.changed.v1', operatorId: id, changed: ['password'] });
      tx.audit({ action: 'operators.change-own-password', subject: `operator:${id}`, assistantId: null, detail: {} });
    });
    this.limit.clear(email, ip);
  }
}
