import { describe, expect, it } from '@jest/globals';
import { mergePatch, sameJson } from './merge-patch.js';

describe('a JSON merge patch', () => {
  // The cases of RFC 7396 appendix A.
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('%s with %s becomes %s', (target, patch, result) =>
    expect(mergePatch(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(result)),
  );

  it('leaves its target as it was', () => {
    const target = { a: { b: 1 } };
    mergePatch(target, { a: { b: 2 } });
    expect(target).toEqual({ a: { b: 1 } });
  });

  it('reaches no prototype', () => {
    mergePatch({}, JSON.parse('{"__proto__":{"planted":true},"constructor":{"prototype":{"planted":true}}}'));
    expect(({} as Record<string, unknown>).planted).toBeUndefined();
  });
});

describe('the same JSON', () => {
  it('does not depend on the order of members', () =>
    expect(sameJson({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true));
  it('depends on the order of a list', () => expect(sameJson([1, 2], [2, 1])).toBe(false));
  it('tells absent from null', () => expect(sameJson(undefined, null)).toBe(false));
});
