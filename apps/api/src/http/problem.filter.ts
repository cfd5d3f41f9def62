import type { ErrorCode, Problem } from '@grantkeeper/contracts/error-codes';
import { AppError } from '@grantkeeper/core/kernel/app-error';
import { RateLimited, Unavailable } from '@grantkeeper/core/kernel/request.errors';
import { isDatabaseAway } from '@grantkeeper/platform/database/pool';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FailurePages } from './failure-pages.js';
import { Logger } from './logger.js';
import { RateLimit } from './rate-limit.js';
import { allowedMethods } from './route-table.js';

export const problemType = 'application/problem+json; charset=utf-8';

/** Per client address, in this process. */
const wrongCredentialsPerMinute = 300;

/** The only place that knows status codes. */
export const statusOf: Record<ErrorCode, number> = {
  'http.malformed-json': 400,
  'http.invalid-input': 422,
  'http.body-too-large': 413,
  'http.unsupported-media-type': 415,
  'http.not-found': 404,
  'http.method-not-allowed': 405,
  'http.unauthenticated': 401,
  'http.forbidden': 403,
  'http.foreign-origin': 403,
  'http.rate-limited': 429,
  'http.if-match-required': 428,
  'http.stale-revision': 412,
  'http.idempotency-key-reused': 422,
  'http.idempotency-in-progress': 409,
  'http.internal': 500,
  'http.unavailable': 503,
  'assistants.not-found': 404,
  'assistants.name-taken': 409,
  'assistants.not-empty': 409,
  'profiles.not-found': 404,
  'profiles.name-taken': 409,
  'profiles.id-taken': 409,
  'profiles.disabled': 409,
  'profiles.wrong-status': 409,
  'profiles.own-revision': 403,
  'profiles.granted-to-user': 409,
  'profiles.discovery-failed': 422,
  'runtime-keys.not-found': 404,
  'operators.not-found': 404,
  'operators.email-taken': 409,
  'operators.last-admin': 409,
  'operators.wrong-credentials': 401,
  'operators.api-token-not-found': 404,
  'operators.session-not-found': 404,
  'operators.signs-in-at-company': 409,
  'authorizations.not-found': 404,
  'authorizations.wrong-code': 422,
  'authorizations.over': 410,
  'authorizations.nothing-to-complete': 409,
  'authorizations.return-url-not-registered': 422,
  'authorizations.verifier-required': 422,
  'grants.not-found': 404,
  'grants.refresh-in-progress': 503,
  'grants.not-active': 409,
  'test-runs.not-found': 404,
  'queues.not-found': 404,
  'queues.job-not-found': 404,
  'providers.unavailable': 503,
  'providers.configuration': 409,
};

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Failures that Fastify and Nest name by status, in our words. */
const ofFramework: Record<number, { code: ErrorCode; detail: string }> = {
  400: { code: 'http.malformed-json', detail: 'The body is not well-formed JSON.' },
  404: { code: 'http.not-found', detail: 'There is nothing at this address.' },
  413: { code: 'http.body-too-large', detail: 'The body is larger than 64 KiB.' },
  415: { code: 'http.unsupported-media-type', detail: 'The body must be sent as application/json.' },
};

/** Turns every failure into a problem (RFC 9457); what is not expected is logged and told as nothing but `http.internal`. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly wrongCredentials = new RateLimit(wrongCredentialsPerMinute);

  constructor(
    private readonly logger: Logger,
    private readonly pages: FailurePages,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    this.answer(thrown, request, reply);
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = this.named(thrown, request, reply);
    if (reply.sent) return;
    if (error.details.retryAfterSeconds !== undefined) void reply.header('retry-after', String(error.details.retryAfterSeconds));
    if (statusOf[error.code] === 401) void reply.header('www-authenticate', 'Bearer');
    const problem = problemOf(error);
    if (this.pages.send(request.url.split('?', 1)[0] ?? '', problem.status, reply)) return;
    void reply.status(problem.status).header('content-type', problemType).send(JSON.stringify(problem));
  }

  private named(thrown: unknown, request: FastifyRequest, reply: FastifyReply): AppError {
    if (thrown instanceof AppError) return this.refusedOrLimited(thrown, request);
    if (isDatabaseAway(thrown)) return this.logged(new Unavailable(2, { cause: thrown }), thrown, request);
    const known = thrown instanceof HttpException ? ofFramework[thrown.getStatus()] : undefined;
    if (known?.code === 'http.not-found') {
      const allowed = allowedMethods(request.url.split('?', 1)[0] ?? '');
      if (allowed.length > 0) {
        void reply.header('allow', allowed.join(', '));
        return new AppError('http.method-not-allowed', `This address takes ${allowed.join(', ')}.`);
      }
    }
    if (known) return new AppError(known.code, known.detail);
    return this.logged(new AppError('http.internal', 'Something went wrong on our side; it has been logged.'), thrown, request);
  }

  /** Guessing keys and tokens ends; who has a right one never comes here, whoever else calls from the same address. */
  private refusedOrLimited(error: AppError, { ip, headers }: FastifyRequest): AppError {
    if (error.code !== 'http.unauthenticated' || headers.authorization === undefined) return error;
    const seconds = this.wrongCredentials.count(ip);
    return seconds === null ? error : new RateLimited(seconds);
  }

  private logged(error: AppError, thrown: unknown, request: FastifyRequest): AppError {
    this.logger.error(
      { correlationId: request.id, route: request.routeOptions.url, code: error.code, err: thrown },
      'request failed',
    );
    return error;
  }
}

/** The body of an error answer. */
export function problemOf({ code, message, details }: AppError): Problem {
  const status = statusOf[code];
  return {
    type: `/docs#${code}`,
    title: titles[status] ?? 'Error',
    status,
    detail: message,
    code,
    ...(details.errors ? { errors: details.errors } : {}),
    ...(details.triesLeft === undefined ? {} : { triesLeft: details.triesLeft }),
  };
}
