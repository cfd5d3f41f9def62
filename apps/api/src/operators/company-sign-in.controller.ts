import type { CompanySignInProblem, SignInMethods } from '@grantkeeper/contracts/operators/http';
import { NotFound, RateLimited } from '@grantkeeper/core/kernel/request.errors';
import { browserName } from '@grantkeeper/core/operators/browser-name';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../config.js';
import { Anyone } from '../http/caller.js';
import { RateLimit } from '../http/rate-limit.js';
import { companyCookie, companyCookieOf, sessionCookie } from '../http/session-cookie.js';
import { companyFlowSeconds } from './company-flow.js';
import { CompanySignIn } from './company-sign-in.service.js';
import type { SignInPlace } from './sign-in.service.js';

/** Per client address, in this process: each asks the company's provider. */
const perMinute = 60;

/** How operators can sign in here, and the way over the company's own sign-in and back. */
@Controller('v1')
export class CompanySignInController {
  private readonly limit = new RateLimit(perMinute);

  constructor(
    private readonly company: CompanySignIn,
    private readonly config: ApiConfig,
  ) {}

  @Get('sign-in-methods')
  @Anyone()
  methods(): SignInMethods {
    const { name } = this.company;
    return { password: true, oidc: name === null ? null : { name } };
  }

  @Get('session/oidc')
  @Anyone()
  async begin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.refuseTooMany(request);
    const begun = await this.company.begin(placeOf(request));
    if (typeof begun === 'string') return failed(reply, begun);
    lead(reply, begun.location, [companyCookie(begun.cookie, companyFlowSeconds, this.config)]);
  }

  @Get('session/oidc/callback')
  @Anyone()
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.refuseTooMany(request);
    const callback = new URLSearchParams(request.query as Record<string, string>);
    const finished = await this.company.finish(callback, companyCookieOf(request, this.config), placeOf(request));
    const over = companyCookie(null, 0, this.config);
    if (typeof finished === 'string') return failed(reply, finished, [over]);
    lead(reply, '/admin', [over, sessionCookie(finished.token, this.config)]);
  }

  private refuseTooMany({ ip }: FastifyRequest): void {
    if (this.company.name === null) throw new NotFound();
    const seconds = this.limit.count(ip);
    if (seconds !== null) throw new RateLimited(seconds);
  }
}

const placeOf = (request: FastifyRequest): SignInPlace => ({
  ip: request.ip,
  correlationId: request.id,
  browser: browserName(request.headers['user-agent']),
});

function lead(reply: FastifyReply, location: string, cookies: string[]): void {
  void reply.status(303).headers({ location, 'set-cookie': cookies, 'referrer-policy': 'no-referrer' }).send();
}

const failed = (reply: FastifyReply, problem: CompanySignInProblem, cookies: string[] = []): void =>
  lead(reply, `/admin/sign-in?problem=${problem}`, cookies);
