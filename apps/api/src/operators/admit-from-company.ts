import { randomUUID } from 'node:crypto';
import type { Roles } from '@grantkeeper/contracts/operators/http';
import { changedMembers } from '@grantkeeper/core/kernel/changed-members';
import { rolesOfGroups } from '@grantkeeper/core/operators/group-roles';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { type CompanyIdentity, CompanySignInFailed } from '@grantkeeper/platform/operators/company-identity';
import {
  assistantsThatExist,
  emailOfAnother,
  endEverySignIn,
  lockCompanySignIns,
  operatorAtCompany,
} from '@grantkeeper/platform/operators/company-sign-ins';
import { OperatorStore, type StoredOperator } from '@grantkeeper/platform/operators/operator.store';
import { startSession } from '@grantkeeper/platform/operators/sessions';
import { Injectable } from '@nestjs/common';
import { ApiConfig } from '../config.js';
import { newCredential } from '../http/credentials.js';
import { sessionSeconds } from '../http/session-cookie.js';
import type { SignInPlace } from './sign-in.service.js';

const none: Roles = { role: null, assistantRoles: [] };

/** Lets someone in whom the company has named: known by issuer and subject alone, with the roles that their groups give now. */
@Injectable()
export class AdmitFromCompany {
  constructor(
    private readonly config: ApiConfig,
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
    private readonly store: OperatorStore,
  ) {}

  /** Answers the token of a new session. Throws CompanySignInFailed, OperatorEmailTaken. */
  async execute(identity: CompanyIdentity, place: SignInPlace): Promise<string> {
    const mapped = rolesOfGroups(this.config.companySignIn?.roles ?? [], identity.groups);
    const token = newCredential('');
    const { issuer, subject } = identity;
    const operatorId = (await operatorAtCompany(this.pool, issuer, subject)) ?? randomUUID();
    const actor = { kind: 'operator' as const, id: operatorId, ...none };
    const admitted = await this.unitOfWork.run({ actor, correlationId: place.correlationId }, async (tx) => {
      await lockCompanySignIns(tx.sql);
      const roles = mapped && (await withoutGoneAssistants(tx, mapped));
      const id = await operatorAtCompany(tx.sql, issuer, subject);
      if (id !== null && id !== operatorId) throw new CompanySignInFailed('expired'); // their first sign-in was under way twice
      const known = id === null ? null : await this.store.lock(tx, id);
      if (roles === null) return known ? this.shutOut(tx, known) : false;
      if (known?.disabled) throw new CompanySignInFailed('disabled');
      const operator = known ? await this.renew(tx, known, identity, roles) : await this.add(tx, operatorId, identity, roles);
      await this.start(tx, operator, token, place);
      return true;
    });
    if (!admitted) throw new CompanySignInFailed('no-role'); // not before: that somebody is shut out is kept
    return token;
  }

  private async add(
    tx: Transaction,
    id: string,
    { issuer, subject, ...identity }: CompanyIdentity,
    roles: Roles,
  ): Promise<StoredOperator> {
    const { email, emailVerified } = identity;
    if (email === null) throw new CompanySignInFailed('no-email');
    if (emailVerified === false) throw new CompanySignInFailed('email-unverified');
    const operator = await this.store.add(tx, { id, email, companyIssuer: issuer, companySubject: subject, ...roles });
    tx.record(`operator-${id}`, null, { type: 'operators.created.v1', operatorId: id, role: roles.role });
    audit(tx, 'operators.create', id, { email, ...roles, signsInBy: 'company' });
    return operator;
  }

  /** Roles are set anew at each sign-in, and the address follows where nobody else has it. */
  private async renew(
    tx: Transaction,
    before: StoredOperator,
    { email, emailVerified }: CompanyIdentity,
    roles: Roles,
  ): Promise<StoredOperator> {
    const follows = email !== null && emailVerified !== false && !(await emailOfAnother(tx.sql, email, before.id));
    return this.change(tx, before, { ...roles, email: follows ? email : before.email });
  }

  /** Someone known whose groups give no role any more. */
  private async shutOut(tx: Transaction, known: StoredOperator): Promise<false> {
    await this.change(tx, known, { ...none, email: known.email });
    await endEverySignIn(tx.sql, known.id);
    return false;
  }

  private async change(tx: Transaction, before: StoredOperator, after: Roles & { email: string }): Promise<StoredOperator> {
    const shown = ({ email, role, assistantRoles }: Roles & { email: string }) => ({
      email,
      role,
      assistantRoles: [...assistantRoles].sort((a, b) => (a.assistantId < b.assistantId ? -1 : 1)),
    });
    const change = changedMembers(shown(before), shown(after));
    const changed = Object.keys(change.after);
    if (changed.length === 0) return before;
    tx.record(`operator-${before.id}`, null, { type: 'operators.changed.v1', operatorId: before.id, changed });
    audit(tx, 'operators.change', before.id, { changed, by: 'company', ...change });
    return this.store.change(tx, before, after);
  }

  private async start(tx: Transaction, { id }: StoredOperator, token: string, { browser }: SignInPlace): Promise<void> {
    await startSession(tx.sql, { operatorId: id, hash: credentialHash(token), browser, seconds: sessionSeconds });
    audit(tx, 'operators.sign-in', id, { browser, by: 'company' });
  }
}

/** A group may still name an assistant that was removed. Null where nothing is left. */
async function withoutGoneAssistants(tx: Transaction, { role, assistantRoles }: Roles): Promise<Roles | null> {
  const there = await assistantsThatExist(
    tx.sql,
    assistantRoles.map(({ assistantId }) => assistantId),
  );
  const left = assistantRoles.filter(({ assistantId }) => there.has(assistantId));
  return role === null && left.length === 0 ? null : { role, assistantRoles: left };
}

const audit = (tx: Transaction, action: string, id: string, detail: Record<string, unknown>): void =>
  tx.audit({ action, subject: `operator:${id}`, assistantId: null, detail });
