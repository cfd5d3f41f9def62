import { createHmac, timingSafeEqual } from 'node:crypto';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { IdempotencyInProgress, IdempotencyKeyReused, InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { derivedKeys } from '@grantkeeper/platform/crypto/derived-keys';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { keepAnswer, releaseKey, takeKey } from '@grantkeeper/platform/idempotency/idempotency.store';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { callerOf } from './caller.js';

const keyForm = /^[\x20-\x7e]{1,255}$/;

/** Answers a repeated request with the first one's answer instead of doing it twice; failures are not remembered. */
@Injectable()
class Idempotency implements NestInterceptor {
  private readonly hashKeys: Buffer[];

  constructor(
    private readonly pool: SqlPool,
    ring: KeyRing,
  ) {
    this.hashKeys = derivedKeys(ring, 'idempotency');
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined) return next.handle();
    if (typeof key !== 'string' || !keyForm.test(key)) {
      throw new InvalidInput([
        { path: 'Idempotency-Key', code: 'invalid_format', message: 'must be 1 to 255 printable ASCII characters' },
      ]);
    }
    return from(this.once(key, request, context.switchToHttp().getResponse<FastifyReply>(), next));
  }

  private async once(key: string, request: FastifyRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const actor = actorName(callerOf(request));
    const hashes = this.hashesOf(request);
    const before = await takeKey(this.pool, actor, key, hashes[0] as Buffer);
    if (before) {
      if (!hashes.some((hash) => timingSafeEqual(hash, before.requestHash))) throw new IdempotencyKeyReused();
      if (!before.answer) throw new IdempotencyInProgress();
      void reply.status(before.answer.status).header('idempotency-replayed', 'true');
      return before.answer.body;
    }
    const body: unknown = await lastValueFrom(next.handle()).catch(async (error: unknown) => {
      await releaseKey(this.pool, actor, key).catch(() => undefined);
      throw error;
    });
    await keepAnswer(this.pool, actor, key, reply.statusCode, body).catch(() => undefined); // what is done is done and gets its answer
    return body;
  }

  /** Keyed, because a body may hold a password; with every key of the ring, so that a rotation in between does no harm. */
  private hashesOf({ method, url, body }: FastifyRequest): Buffer[] {
    const text = textOf([method, url, body ?? null]);
    return this.hashKeys.map((key) => createHmac('sha256', key).update(text).digest());
  }
}

/** As JSON. The contract has not looked at the body yet, and one nested far too deep can be read but not written. */
function textOf(request: unknown): string {
  try {
    return JSON.stringify(request);
  } catch {
    throw new InvalidInput([{ path: 'body', code: 'too_deep', message: 'is nested too deep' }]);
  }
}

/** The route takes an Idempotency-Key. Stands above `@Revisioned()`, so that a repeated answer has its entity tag too. */
export const Idempotent = () => UseInterceptors(Idempotency);
