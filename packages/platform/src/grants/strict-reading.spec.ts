import { normaliseTokenAnswer } from '@grantkeeper/core/grants/token-answer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { processGenericTokenEndpointResponse } from 'oauth4webapi';

const server = { issuer: 'https://provider.invalid' };
const client = { client_id: 'client' };

const odd = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.constantFrom<unknown>(
    '',
    ' ',
    '0',
    '3600',
    '-1',
    '1e3',
    null,
    true,
    false,
    [],
    {},
    ['a', 'b'],
    0,
    -1,
    'Bearer',
    'bearer ',
    'DPoP',
    'n_a',
    'user',
  ),
  fc.jsonValue(),
);
const named = fc.record(
  {
    access_token: fc.oneof({ arbitrary: fc.base64String({ minLength: 1 }), weight: 4 }, odd),
    token_type: fc.oneof(fc.constantFrom('Bearer', 'bearer', 'BEARER', ' Bearer '), odd),
    expires_in: fc.oneof(fc.nat(), odd),
    refresh_token: fc.oneof(fc.base64String(), odd),
    scope: fc.oneof(fc.constantFrom('read write', 'a,b'), odd),
    id_token: odd,
    error: fc.oneof({ arbitrary: fc.constant(undefined), weight: 6 }, odd),
  },
  { requiredKeys: ['access_token'] },
);
const asForm = (members: Record<string, string>): string => new URLSearchParams(members).toString();
const body = fc.oneof(
  { arbitrary: named.map((members) => JSON.stringify(members)), weight: 8 },
  {
    arbitrary: fc.dictionary(fc.constantFrom('access_token', 'token_type', 'expires_in', 'scope'), fc.string()).map(asForm),
    weight: 2,
  },
  { arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)), weight: 1 },
);

describe('an answer of a token endpoint that we take for tokens', () => {
  it('is one that a strict client takes too (RFC 6749 section 5.1), whatever stands in it', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(200, 201, 400), async (text, status) => {
        const answer = normaliseTokenAnswer(status, {}, text);
        if (answer.kind !== 'tokens-json') return;
        taken += 1;
        const { access_token, token_type, expires_in, refresh_token, scope } = answer.json;
        const strict = Response.json({ access_token, token_type, expires_in, refresh_token, scope });
        await expect(processGenericTokenEndpointResponse(server, client, strict)).resolves.toMatchObject({ access_token });
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});
