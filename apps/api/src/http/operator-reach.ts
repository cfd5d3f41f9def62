import type { Roles } from '@grantkeeper/contracts/operators/http';
import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import { type RouteSubject, subjectOf } from '@grantkeeper/contracts/operators/route-subjects';
import { idSchema } from '@grantkeeper/contracts/text';
import { AssistantNotFound, RuntimeKeyNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import type { AppError } from '@grantkeeper/core/kernel/app-error';
import { Forbidden, Unauthenticated } from '@grantkeeper/core/kernel/request.errors';
import { assistantsWhere, knows, mayOn } from '@grantkeeper/core/operators/roles';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import { TestRunNotFound } from '@grantkeeper/core/test-runs/test-runs.errors';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { assistantOf } from '@grantkeeper/platform/operators/assistant-of';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { contractOf } from './route-table.js';

const notFound: Record<RouteSubject, new () => AppError> = {
  assistant: AssistantNotFound,
  profile: ProfileNotFound,
  grant: GrantNotFound,
  'test-run': TestRunNotFound,
  'runtime-key': RuntimeKeyNotFound,
};

/** How far an operator's roles reach: the one place where a route's permission meets the assistant of what its path names. */
@Injectable()
export class OperatorReach {
  constructor(private readonly pool: SqlPool) {}

  /** Throws Forbidden; where there is no role with the object's assistant at all, what an object that is not there answers. */
  async check(roles: Roles, permission: Permission | null, request: FastifyRequest): Promise<void> {
    if (permission === null) return;
    const pattern = request.routeOptions.url ?? '';
    const subject = subjectOf(pattern);
    if (subject !== null) return this.checkObject(roles, permission, subject.kind, idIn(request, subject.parameter));
    const reaches = contractOf(request.method, pattern)?.showsOwn
      ? assistantsWhere(roles, permission).length > 0
      : mayOn(roles, permission, null);
    if (!reaches) throw new Forbidden();
  }

  private async checkObject(roles: Roles, permission: Permission, kind: RouteSubject, id: string | null): Promise<void> {
    if (mayOn(roles, permission, null)) return; // then which assistant it is makes no difference
    const isLimited = roles.assistantRoles.length > 0 && id !== null;
    const assistantId = isLimited ? await assistantOf(this.pool, kind, id) : null;
    if (!knows(roles, assistantId)) throw new notFound[kind]();
    if (!mayOn(roles, permission, assistantId)) throw new Forbidden();
  }
}

/** The assistants that a caller may see in a list that needs this permission. */
export function seenBy(actor: Actor, permission: Permission): 'all' | string[] {
  if (actor.kind !== 'operator') throw new Unauthenticated();
  return assistantsWhere(actor, permission);
}

function idIn(request: FastifyRequest, parameter: string): string | null {
  const id = (request.params as Record<string, string | undefined>)[parameter];
  return id !== undefined && idSchema.safeParse(id).success ? id.toLowerCase() : null;
}
