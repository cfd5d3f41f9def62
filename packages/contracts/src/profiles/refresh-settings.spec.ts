import { describe, expect, it } from '@jest/globals';
import { advancedSchema, profilePatchSchema } from './http.js';

const day = 86_400;
const settings: [string, unknown[], unknown[]][] = [
  ['assumedLifetimeSeconds', [60, 3600, 315_360_000], [59, 315_360_001, 60.5, '3600', null]],
  ['refreshLeadSeconds', [0, 30, 30 * day], [-1, 30 * day + 1, 0.5, '60', null]],
  [
    'refreshTokenLifetimeSeconds',
    [{ idle: 60 }, { absolute: 315_360_000 }, { idle: 100 * day, absolute: 1825 * day }],
    [{}, { idle: 59 }, { absolute: 315_360_001 }, { idle: 1.5e3 + 0.5 }, { idle: 60, more: 1 }, 3600, null],
  ],
  [
    'limits',
    [{ inFlight: 1 }, { inFlight: 1000 }, { perSecond: 0.01 }, { perSecond: 10_000, inFlight: 5 }],
    [
      {},
      { inFlight: 0 },
      { inFlight: 1001 },
      { inFlight: 1.5 },
      { perSecond: 0 },
      { perSecond: 10_001 },
      { perSecond: 1, more: 1 },
      20,
      null,
    ],
  ],
  ['keepFreshDays', [1, 3650], [0, 3651, 1.5, null]],
  [
    'refreshReuse',
    ['no', 'unknown', { allowedSeconds: 1 }, { allowedSeconds: 86_400 }],
    ['yes', { allowedSeconds: 0 }, { allowedSeconds: 86_401 }, {}, { allowedSeconds: 60, more: 1 }, 60, null],
  ],
];

describe.each(settings)('advanced.%s', (name, good, wrong) => {
  it.each(good)('may be %j', (value) => expect(advancedSchema.parse({ [name]: value })).toEqual({ [name]: value }));
  it.each(wrong)('may not be %j', (value) => {
    const { error } = advancedSchema.safeParse({ [name]: value });
    expect(error?.issues[0]?.path[0]).toBe(name);
  });
  it('is taken away by null in a patch', () =>
    expect(profilePatchSchema.parse({ advanced: { [name]: null } })).toEqual({ advanced: { [name]: null } }));
});
