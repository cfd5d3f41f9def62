import { describe, expect, it } from '@jest/globals';
import { LastAdmin } from '../operators/operators.errors.js';
import { AppError } from './app-error.js';
import { InvalidInput, RateLimited } from './request.errors.js';

describe('an expected failure', () => {
  it('carries a code, a text and its cause apart', () => {
    const cause = new Error('private');
    const error = new AppError('profiles.not-found', 'No such profile.', {}, { cause });
    expect(error).toMatchObject({ name: 'AppError', code: 'profiles.not-found', message: 'No such profile.', details: {} });
    expect(error.cause).toBe(cause);
  });

  it('is named after what is wrong', () => {
    expect(new LastAdmin().name).toBe('LastAdmin');
    expect(new LastAdmin()).toBeInstanceOf(AppError);
  });

  it('names every wrong field', () => {
    const errors = [{ path: 'tokenUrl', code: 'required', message: 'is required' }];
    expect(new InvalidInput(errors).details).toEqual({ errors });
  });

  it('says when to come back', () => expect(new RateLimited(7).details).toEqual({ retryAfterSeconds: 7 }));
});
