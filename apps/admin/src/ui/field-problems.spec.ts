import { describe, expect, it } from '@jest/globals';
import { ApiProblem } from '../api/client.js';
import { splitProblem } from './field-problems.js';

const problem = (...paths: string[]) =>
  new ApiProblem({
    type: '/docs#http.invalid-input',
    title: 'Unprocessable Content',
    status: 422,
    detail: 'Some fields are wrong; each is named in errors.',
    code: 'http.invalid-input',
    errors: paths.map((path) => ({ path, code: 'required', message: 'is required' })),
  });

describe('what the API found wrong', () => {
  const hasField = (path: string) => path === 'name';

  it('stands beside its field, and nothing is left to tell', () => {
    const { placed, left } = splitProblem(problem('name'), hasField);
    expect(placed.map(({ path }) => path)).toEqual(['name']);
    expect(left).toBeNull();
  });

  it('is told as a whole where a part of it has no field', () => {
    const error = problem('name', 'body');
    expect(splitProblem(error, hasField)).toMatchObject({ placed: [{ path: 'name' }], left: error });
  });

  it('is told as a whole where it names no field', () => {
    const error = new Error('no answer');
    expect(splitProblem(error, hasField)).toEqual({ placed: [], left: error });
  });
});
