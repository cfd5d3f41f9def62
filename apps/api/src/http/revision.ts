import { IfMatchRequired, StaleRevision } from '@grantkeeper/core/kernel/request.errors';
import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

/** The revision that the caller has read (RFC 9110 section 13.1.1); what is no revision of ours matches none. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined) throw new IfMatchRequired();
  const revision = /^"(\d{1,9})"$/.exec(header.trim())?.[1];
  if (revision === undefined)
    throw new StaleRevision('If-Match is no ETag of ours: send the one that you have read, quotes included.');
  return Number(revision);
});

/** Refuses a change of what has moved on since it was read. */
export function refuseStale(current: { revision: number }, read: number): void {
  if (current.revision !== read) throw new StaleRevision();
}

@Injectable()
class EntityTag implements NestInterceptor<{ revision: number }> {
  intercept(context: ExecutionContext, next: CallHandler<{ revision: number }>): Observable<{ revision: number }> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((body) => {
        void reply.header('etag', `"${body.revision}"`);
        return body;
      }),
    );
  }
}

/** Answers with the revision as entity tag. */
export const Revisioned = () => UseInterceptors(EntityTag);
