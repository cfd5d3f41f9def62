import { randomUUID } from 'node:crypto';
import { maxHeaderSize } from 'node:http';
import formbody from '@fastify/formbody';
import { AppError } from '@grantkeeper/core/kernel/app-error';
import { InvalidInput, NotFound, RateLimited } from '@grantkeeper/core/kernel/request.errors';
import { observe } from '@grantkeeper/platform/observability/observations';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.js';
import { readFormEncoding } from './form-encoding.js';
import type { Logger } from './logger.js';
import { problemOf, problemType, statusOf } from './problem.filter.js';
import { RateLimit } from './rate-limit.js';
import { contractOf } from './route-table.js';
import { unknownMembers } from './zod.pipe.js';

export const bodyLimitBytes = 65_536;
/** A request that trickles in must not hold its connection for ever; how long its answer takes does not count. */
const arrivesWithinMs = 30_000;
/** On every answer, whatever comes of the request. */
const unguessed = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const correlationForm = /^[A-Za-z0-9_-]{1,64}$/;
/** Per client address, in this process. */
const lostPagesPerMinute = 600;
/** Pages whose forms a browser posts; everything else speaks JSON. */
const formPaths = /^\/(?:sign-in|callback|me)(?:[/?]|$)/;

/** Fastify as every route of ours needs it: limits, parsers, headers, one log line a request. */
export function createAdapter(config: ApiConfig): AbstractHttpAdapter {
  return new FastifyAdapter({
    skipMiddie: true,
    bodyLimit: bodyLimitBytes,
    requestTimeout: arrivesWithinMs,
    trustProxy: config.trustProxy,
    genReqId: correlationIdOf,
    requestIdHeader: false,
    routerOptions: { maxParamLength: maxHeaderSize, querystringParser: readFormEncoding },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    return503OnClosing: false, // what still comes while the process stops is answered, in our own words, and its connection closed
    frameworkErrors: (_error: unknown, _request: unknown, reply: { raw: RawAnswer }) => {
      reply.raw.statusCode = statusOf['http.not-found'];
      for (const [name, value] of Object.entries({ ...unguessed, 'content-type': problemType })) reply.raw.setHeader(name, value);
      reply.raw.end(JSON.stringify(problemOf(new NotFound())));
    },
  });
}

/** The caller's `x-correlation-id` where it is well-formed, else a new one. */
export function correlationIdOf({ headers }: { headers: Record<string, string | string[] | undefined> }): string {
  const given = headers['x-correlation-id'];
  return typeof given === 'string' && correlationForm.test(given) ? given : randomUUID();
}

/** Hooks and parsers that stand before Nest. */
export async function prepareServer(fastify: FastifyInstance, logger: Logger): Promise<void> {
  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      if (body.length === 0) done(null, undefined);
      else void parseJson(request, body as string, done);
    },
  );
  await fastify.register(formbody, { parser: readFormEncoding });
  const lost = new RateLimit(lostPagesPerMinute);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(unguessed).header('x-correlation-id', request.id);
    const page = isPage(request);
    if (isForm(request) !== page && hasBody(request)) return done(wrongMediaType());
    const seconds = page ? lost.secondsLeft(request.ip) : null;
    done(seconds === null ? undefined : new RateLimited(seconds));
  });
  fastify.addHook('preHandler', refuseUnknownQuery);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, id: correlationId } = request;
    const route = request.routeOptions.url ?? '(none)';
    const { statusCode: status, elapsedTime } = reply;
    observe('http.answered', { method, route, status, seconds: elapsedTime / 1000 });
    logger.info({ method, route, status, ms: Math.round(elapsedTime * 10) / 10, correlationId }, 'request');
    if (isPage(request) && isLost(request, status)) lost.count(request.ip);
    done();
  });
}

/** Floods of callbacks and links that are none of ours end before they cost a query. What leads somewhere is not counted. */
const isLost = ({ method, url }: FastifyRequest, status: number): boolean =>
  (status >= 400 && status < 500) || (method === 'POST' && url.startsWith('/callback/')); // kept for our own GET, whatever it is

/** A route of the contract that takes no query refuses one, as bodies refuse unknown members. */
function refuseUnknownQuery(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  const names = Object.keys(request.query as object);
  const contract = names.length > 0 ? contractOf(request.method, request.routeOptions.url ?? '') : undefined;
  done(contract && !contract.query ? new InvalidInput(unknownMembers(names)) : undefined);
}

const isPage = ({ url }: FastifyRequest): boolean => formPaths.test(url);
const isForm = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').toLowerCase().startsWith('application/x-www-form-urlencoded');
const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length']);
const wrongMediaType = (): AppError =>
  new AppError('http.unsupported-media-type', 'The body is not of the media type that this address takes.');

/** What both http versions' raw responses can do. */
interface RawAnswer {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}
