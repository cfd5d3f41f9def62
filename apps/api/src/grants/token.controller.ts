import { type AskToken, askTokenSchema, type TokenAnswer } from '@grantkeeper/contracts/grants/http';
import { Unauthenticated } from '@grantkeeper/core/kernel/request.errors';
import { observe } from '@grantkeeper/platform/observability/observations';
import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { Anyone, CorrelationId } from '../http/caller.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { GiveToken } from './give-token.js';

/** POST /v1/token: the hot path. The runtime key is checked by the same statement that reads and records, not by the guard. */
@Controller('v1/token')
export class TokenController {
  constructor(private readonly tokens: GiveToken) {}

  @Post()
  @HttpCode(200)
  @Anyone()
  async give(
    @Headers('authorization') authorization: string | undefined,
    @Body() body: unknown,
    @CorrelationId() correlationId: string,
  ): Promise<TokenAnswer> {
    const key = /^Bearer (gkr_[A-Za-z0-9_-]{43})$/i.exec(authorization ?? '')?.[1];
    if (!key) throw new Unauthenticated();
    const ask = askPipe.transform(body) as AskToken;
    const answer = await this.tokens.give(key, ask, correlationId);
    observe('token.answered', { status: answer.status });
    return answer;
  }
}

const askPipe = new ZodPipe(askTokenSchema);
