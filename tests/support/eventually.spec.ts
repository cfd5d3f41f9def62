import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('answers as soon as the probe stops throwing', async () => {
    let asked = 0;
    const answer = await eventually(() => {
      asked += 1;
      expect(asked).toBe(3);
      return 'there';
    });
    expect(answer).toBe('there');
  });

  it('fails with the last failure when the time is over', async () => {
    await expect(eventually(() => expect('this').toBe('that'), { withinMs: 120 })).rejects.toThrow(
      /not within 120 ms(.|\n)*that/,
    );
  });
});
