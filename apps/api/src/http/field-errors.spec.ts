import { completeAuthorizationSchema } from '@grantkeeper/contracts/authorizations/http';
import { askTokenSchema } from '@grantkeeper/contracts/grants/http';
import { AppError } from '@grantkeeper/core/kernel/app-error';
import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { ZodPipe } from './zod.pipe.js';

const errorsOf = (schema: z.ZodType, value: unknown) => {
  try {
    new ZodPipe(schema).transform(value, { type: 'body' });
    return [];
  } catch (error) {
    return (error as AppError).details.errors ?? [];
  }
};
const pathsAndCodes = (schema: z.ZodType, value: unknown) => errorsOf(schema, value).map(({ path, code }) => `${path} ${code}`);

describe('wrong fields', () => {
  it('are named with their path, the rule and a sentence', () => {
    expect(errorsOf(askTokenSchema, { profile: 5, user: '', nope: 1, also: 2 })).toEqual([
      { path: 'profile', code: 'invalid_type', message: expect.any(String) },
      { path: 'user', code: 'too_small', message: expect.any(String) },
      { path: 'nope', code: 'unknown_member', message: 'unknown member' },
      { path: 'also', code: 'unknown_member', message: 'unknown member' },
    ]);
  });

  it('inside a union are those of the branch that was meant', () => {
    const ask = { profile: 'p', user: 'u' };
    expect(pathsAndCodes(askTokenSchema, { ...ask, signIn: { verifierChallenge: 'x', foo: 1 } })).toEqual([
      'signIn.verifierChallenge invalid_format',
      'signIn.foo unknown_member',
    ]);
    expect(pathsAndCodes(askTokenSchema, { ...ask, signIn: true })).toEqual(['signIn invalid_union']);
    expect(pathsAndCodes(completeAuthorizationSchema, { code: 5 })).toEqual(['code invalid_type']);
    expect(pathsAndCodes(completeAuthorizationSchema, { verifier: 'short', handle: 'h' })).toEqual(['verifier too_small']);
  });

  it('of a body that is no object are told of the body', () => {
    expect(pathsAndCodes(askTokenSchema, undefined)).toEqual(['body required']);
    expect(pathsAndCodes(askTokenSchema, [])).toEqual(['body invalid_type']);
  });

  it('never repeat what was sent', () => {
    const errors = errorsOf(askTokenSchema, {
      profile: { canary: 1 },
      user: 'canary\u0000',
      waitSeconds: 'canary',
      refusedVersion: 'canary',
    });
    expect(errors.map(({ message }) => message).join()).not.toContain('canary');
  });
});
