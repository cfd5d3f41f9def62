import { errorCodes, problemSchema } from '@grantkeeper/contracts/error-codes';
import { AppError } from '@grantkeeper/core/kernel/app-error';
import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemFilter, problemOf, statusOf } from './problem.filter.js';

/** What a filter would have sent and logged. */
function answerTo(thrown: unknown) {
  const sent = { status: 0, headers: {} as Record<string, string>, body: '' };
  const logged: object[] = [];
  const keep = (part: object): object => {
    Object.assign(sent, part);
    return reply;
  };
  const reply = {
    sent: false,
    header: (name: string, value: string): object => keep({ headers: { ...sent.headers, [name]: value } }),
    status: (status: number): object => keep({ status }),
    send: (body: string): object => keep({ body }),
  };
  const log = (fields: object) => void logged.push(fields);
  const request = { id: 'c1', url: '/v1/x?secret=canary', headers: {}, routeOptions: { url: '/v1/x' } };
  new ProblemFilter({ info: log, warn: log, error: log }, { send: () => false }).answer(
    thrown,
    request as FastifyRequest,
    reply as unknown as FastifyReply,
  );
  return { ...sent, logged };
}

describe('a problem', () => {
  it.each(errorCodes)('of %s has the form of the contract and a title of its status', (code) => {
    const problem = problemOf(new AppError(code, 'What is wrong.'));
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect(problem).toMatchObject({ code, status: statusOf[code], detail: 'What is wrong.', type: `/docs#${code}` });
    expect(problem.title).not.toBe('Error');
  });

  it('of something unexpected says nothing of it, and is logged', () => {
    const { status, body, logged } = answerTo(Object.assign(new Error('canary in the message'), { detail: 'canary' }));
    expect([status, JSON.parse(body).code]).toEqual([500, 'http.internal']);
    expect(body).not.toContain('canary');
    expect(logged).toMatchObject([{ correlationId: 'c1', route: '/v1/x' }]);
  });

  it.each(['text', null, undefined, 7])('is answered also when %j was thrown', (thrown) =>
    expect(answerTo(thrown).status).toBe(500),
  );

  it('of a lost database asks to come back', () => {
    const { status, headers } = answerTo(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    expect([status, headers['retry-after']]).toEqual([503, '2']);
  });

  it('carries what its error says: tries left, when to come back, which credential', () => {
    const wrongCode = answerTo(new AppError('authorizations.wrong-code', 'Wrong.', { triesLeft: 3 }));
    expect(JSON.parse(wrongCode.body).triesLeft).toBe(3);
    expect(answerTo(new AppError('http.rate-limited', 'Slow.', { retryAfterSeconds: 7 })).headers['retry-after']).toBe('7');
    expect(answerTo(new AppError('http.unauthenticated', 'Who?')).headers['www-authenticate']).toBe('Bearer');
  });
});
