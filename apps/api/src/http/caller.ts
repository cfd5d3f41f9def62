import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { Unauthenticated } from '@grantkeeper/core/kernel/request.errors';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import type { SignedIn } from '@grantkeeper/platform/operators/operator-credentials';
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who may call a route. An operator without a permission: any who is signed in. */
export type Access =
  | { by: 'anyone' }
  | { by: 'runtime' }
  | { by: 'operator'; permission: Permission | null }
  | { by: 'either'; permission: Permission };

export const accessKey = 'gk:access';

/** Anyone may call; the route itself decides what to show. */
export const Anyone = () => SetMetadata(accessKey, { by: 'anyone' } satisfies Access);
/** Only a runtime, with its runtime key. */
export const RuntimeOnly = () => SetMetadata(accessKey, { by: 'runtime' } satisfies Access);
/** An operator whose role allows this; without a permission any operator. */
export const OperatorMay = (permission: Permission | null = null) =>
  SetMetadata(accessKey, { by: 'operator', permission } satisfies Access);
/** A runtime, or an operator whose role allows this. */
export const EitherMay = (permission: Permission) => SetMetadata(accessKey, { by: 'either', permission } satisfies Access);

const callers = new WeakMap<FastifyRequest, Actor>();
const operators = new WeakMap<FastifyRequest, SignedIn>();

/** Remembers which operator a request comes from, and answers them as an actor. */
export function setOperator(request: FastifyRequest, operator: SignedIn): Actor {
  operators.set(request, operator);
  const { id, role, assistantRoles } = operator;
  return { kind: 'operator', id, role, assistantRoles };
}

/** Remembers who a request comes from. */
export function setCaller(request: FastifyRequest, actor: Actor): void {
  callers.set(request, actor);
}

/** Who a request comes from; a route that asks must not be open to anyone. */
export function callerOf(request: FastifyRequest): Actor {
  const actor = callers.get(request);
  if (!actor) throw new Error('this route asks for its caller but is open to anyone');
  return actor;
}

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** The Actor that the guard has found. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Actor => callerOf(requestOf(context)));
/** The operator that the guard has found, with session and address; only on routes of operators. */
export const Operator = createParamDecorator((_: unknown, context: ExecutionContext): SignedIn => {
  const operator = operators.get(requestOf(context));
  if (!operator) throw new Unauthenticated();
  return operator;
});
/** The id that ties log lines, events and jobs of one request together: the caller's `x-correlation-id`, or one made here. */
export const CorrelationId = createParamDecorator((_: unknown, context: ExecutionContext): string => requestOf(context).id);
/** Actor and correlation id, as commands take them. */
export const RequestContext = createParamDecorator((_: unknown, context: ExecutionContext): Context => {
  const request = requestOf(context);
  return { actor: callerOf(request), correlationId: request.id };
});
