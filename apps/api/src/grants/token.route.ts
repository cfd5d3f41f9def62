import { type AskToken, askTokenSchema } from '@grantkeeper/contracts/grants/http';
import { Unauthenticated } from '@grantkeeper/core/kernel/request.errors';
import { observe } from '@grantkeeper/platform/observability/observations';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodPipe } from '../http/zod.pipe.js';
import { GiveToken } from './give-token.js';

/**
 * POST /v1/token: the hot path. Fastify calls it without Nest's guards, pipes and interceptors between; what stands before every route and what becomes of
 * errors is the same as for all. The runtime key is checked by the statement that reads and records.
 */
@Injectable()
export class TokenRoute implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly tokens: GiveToken,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.post('/v1/token', (request, reply) => this.give(request, reply));
  }

  private async give({ headers, body, id }: FastifyRequest, reply: FastifyReply): Promise<string> {
    const key = /^Bearer (gkr_[A-Za-z0-9_-]{43})$/i.exec(headers.authorization ?? '')?.[1];
    if (!key) throw new Unauthenticated();
    const ask = askPipe.transform(body) as AskToken;
    const answer = await this.tokens.give(key, ask, id);
    observe('token.answered', { status: answer.status });
    void reply.header('content-type', 'application/json; charset=utf-8');
    return 'body' in answer ? answer.body : JSON.stringify(answer);
  }
}

const askPipe = new ZodPipe(askTokenSchema);
