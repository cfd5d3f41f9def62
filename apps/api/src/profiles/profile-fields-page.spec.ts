import { readFileSync } from 'node:fs';
import { additionalFieldsSchema, authorizationFieldsSchema, tenancySchema } from '@grantkeeper/contracts/profiles/fields';
import { advancedSchema, newProfileSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const page = readFileSync(new URL('../../../../docs/profile-fields.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => /^\| `/.test(line));
const named = rows.map((row) => /^\| `([^`]+)`/.exec(row)?.[1] ?? '');

/** Members that are not refused as not supported yet. */
const working = (shape: Readonly<Record<string, z.ZodType>>, prefix = ''): string[] =>
  Object.keys(shape)
    .filter((member) => !shape[member]?.safeParse(null).error?.issues.some(({ message }) => message === 'not supported yet'))
    .map((member) => prefix + member);
const elementOf = (list: z.ZodArray<z.ZodObject>): Record<string, z.ZodType> => list.element.shape;

describe('docs/profile-fields.md', () => {
  it('has a row for each field of the contract, and for no other', () => {
    const fields = [
      ...working(newProfileSchema.shape),
      ...working(advancedSchema.shape, 'advanced.'),
      ...working(tenancySchema.shape, 'tenancy.'),
      ...working(elementOf(additionalFieldsSchema), 'additionalFields[].'),
      ...working(elementOf(authorizationFieldsSchema), 'authorizationFields[].'),
    ];
    expect(fields.length).toBeGreaterThan(40);
    expect(named.filter((name) => !name.startsWith('{')).sort()).toEqual(fields.sort());
  });

  it('names in each of those rows limits, an example and a spec', () => {
    const described = rows.filter((row) => !row.startsWith('| `{'));
    const incomplete = described.filter(
      (row) => !/^\| `[^`]+` \|(?: [^|]+(?:\\\|[^|]*)* \|){3} `[\w./-]+\.spec\.ts` \|$/.test(row),
    );
    expect(incomplete).toEqual([]);
  });
});
