import { completeAuthorizationSchema } from '@grantkeeper/contracts/authorizations/http';
import { askTokenSchema } from '@grantkeeper/contracts/grants/http';
import { newProfileSchema } from '@grantkeeper/contracts/profiles/http';
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
      { path: 'profile', code: 'invalid_type', message: 'must be text' },
      { path: 'user', code: 'too_small', message: 'must not be empty' },
      { path: 'nope', code: 'unknown_member', message: 'unknown member' },
      { path: 'also', code: 'unknown_member', message: 'unknown member' },
    ]);
  });

  it('say the rule in plain words, whatever kind it is of', () => {
    const ask = { profile: 'p'.repeat(2000), user: 'u', waitSeconds: 56, refusedVersion: 0, signIn: 'no', fields: [] };
    expect(errorsOf(askTokenSchema, ask).map(({ path, message }) => `${path} ${message}`)).toEqual([
      'profile must have at most 400 characters',
      'profile must be at most 400 bytes of UTF-8',
      'fields must be an object',
      'refusedVersion must be at least 1',
      'waitSeconds must be at most 55',
      'signIn must be false or an object',
    ]);
    const profile = { type: 'oauth1', scope: Array(51).fill({ value: 'a' }), id: 'x', advanced: { pkce: 'plain' }, grantedTo: 1 };
    expect(errorsOf(newProfileSchema, profile).map(({ path, message }) => `${path} ${message}`)).toEqual([
      'id must be a UUID',
      'type must be "oauth2"',
      'name is required',
      'identityProvider is required',
      'clientId is required',
      'scope must have at most 50 entries',
      'grantedTo must be one of "user", "everyone"',
      'advanced.pkce must be one of "S256", "off"',
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
