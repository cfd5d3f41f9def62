import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { ForeignOrigin, Unauthenticated } from '@grantkeeper/core/kernel/request.errors';
import { runtimeByKey } from '@grantkeeper/platform/assistants/runtime-credentials';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { operatorByApiToken, operatorBySession, type SignedIn } from '@grantkeeper/platform/operators/operator-credentials';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiConfig } from '../config.js';
import { type Access, accessKey, setCaller, setOperator } from './caller.js';
import { OperatorReach } from './operator-reach.js';
import { sessionTokenOf } from './session-cookie.js';

const safeMethods = ['GET', 'HEAD'];

/** Finds who calls, in PostgreSQL at each call: a revoked credential and a disabled operator are refused on the next one. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly pool: SqlPool,
    private readonly config: ApiConfig,
    private readonly reach: OperatorReach,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Access | undefined>(accessKey, context.getHandler());
    if (!access) throw new Error('a route without access was not refused at boot');
    if (access.by === 'anyone') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    setCaller(request, await this.authorized(request, access));
    return true;
  }

  /** Who sends this request, where the access allows it; throws Unauthenticated or Forbidden. */
  async authorized(request: FastifyRequest, access: Exclude<Access, { by: 'anyone' }>): Promise<Actor> {
    const token = bearerOf(request);
    if (access.by !== 'operator' && token?.startsWith('gkr_')) return this.runtime(token);
    if (access.by === 'runtime') throw new Unauthenticated();
    return this.operator(request, token, access.permission);
  }

  private async runtime(token: string): Promise<Actor> {
    const runtime = await runtimeByKey(this.pool, credentialHash(token));
    if (!runtime) throw new Unauthenticated();
    return runtime;
  }

  private async operator(request: FastifyRequest, token: string | null, permission: Permission | null): Promise<Actor> {
    const operator = token === null ? await this.byCookie(request) : await operatorByApiToken(this.pool, credentialHash(token));
    if (!operator) throw new Unauthenticated();
    await this.reach.check(operator, permission, request);
    return setOperator(request, operator);
  }

  /** A browser sends the cookie by itself, so a change must also come from a page of ours. */
  private async byCookie(request: FastifyRequest): Promise<SignedIn | null> {
    const token = sessionTokenOf(request, this.config);
    if (token === null || request.headers.authorization !== undefined) return null;
    const operator = await operatorBySession(this.pool, credentialHash(token));
    if (operator && !safeMethods.includes(request.method) && request.headers.origin !== this.config.publicUrl)
      throw new ForeignOrigin();
    return operator;
  }
}

/** The credential of an Authorization header (RFC 6750 section 2.1), null where there is none. */
export function bearerOf(request: FastifyRequest): string | null {
  return /^bearer ([A-Za-z0-9._~+/-]{1,200}=*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
