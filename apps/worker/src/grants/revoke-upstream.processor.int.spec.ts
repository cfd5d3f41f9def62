import { randomUUID } from 'node:crypto';
import { createDataSource } from '@grantkeeper/platform/database/data-source';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { endGrantsIn } from '@grantkeeper/platform/grants/end-grants';
import { RevocationTokens } from '@grantkeeper/platform/grants/revocation-tokens';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { FlightBench } from '@grantkeeper/tests/support/flight-bench';
import { asWorker } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { flightWorker } from '../../test-fixtures/flight-worker.js';
import { RevokeUpstreamProcessor } from './revoke-upstream.processor.js';

let bench: FlightBench;
let dataSource: ReturnType<typeof createDataSource>;
let unitOfWork: UnitOfWork;
let processor: RevokeUpstreamProcessor;
const attempt = {
  correlationId: 'c',
  signal: new AbortController().signal,
  context: { kind: 'test', correlationId: 'c', ids: {} },
};

beforeAll(async () => {
  bench = await FlightBench.start({ mode: 'strict' });
  dataSource = await createDataSource(bench.database.url, [], 5).initialize();
  unitOfWork = new UnitOfWork(dataSource, () => undefined);
  const tokens = new RevocationTokens(bench.pool, bench.vault);
  processor = new RevokeUpstreamProcessor(bench.pool as SqlPool, tokens, bench.client, unitOfWork);
});
afterAll(async () => {
  await dataSource.destroy();
  await bench.stop();
});

const signOut = (grantId: string) => asWorker(unitOfWork, (transaction) => endGrantsIn(transaction, [grantId], 'signed_out'));
/** What came of the oldest revocation of a grant, and which tokens the provider was told of. */
async function outcome(grantId: string, told: string[]) {
  const { rows } = await bench.pool.query('SELECT id FROM revocation WHERE grant_id = $1 ORDER BY created_at', [grantId]);
  for (const { id } of rows) await processor.process({ revocationId: id }, attempt);
  const states = await bench.pool.query('SELECT DISTINCT state FROM revocation WHERE grant_id = $1', [grantId]);
  const tokens = bench.provider.revocations.map(({ body }) => body.token ?? '').filter((token) => told.includes(token));
  return { states: states.rows.map(({ state }) => state), tokens };
}

describe('a revocation that waited', () => {
  it.each<[string, (user: string) => Promise<unknown>]>([
    ['has consented anew', (user) => bench.givenGrant({ user })],
    ['is consenting anew, and has said yes at the provider', (user) => bench.givenCode({ user })],
  ])('is not sent where the user %s: some providers end the whole consent', async (_what, anew) => {
    const user = `user-${randomUUID()}`;
    const { id, refreshToken, accessToken } = await bench.givenGrant({ user });
    await signOut(id);
    await anew(user);
    expect(await outcome(id, [refreshToken, accessToken])).toEqual({ states: ['forgotten'], tokens: [] });
  });

  it.each<[string, (user: string) => Promise<string>]>([
    ['another grant of the user was there before', async (user) => user],
    ['another user has consented since', async () => `user-${randomUUID()}`],
  ])('is sent where %s', async (what, ofWhom) => {
    const user = `user-${randomUUID()}`;
    const { id, refreshToken, accessToken } = await bench.givenGrant({ user });
    const isBefore = what.endsWith('before');
    const other = async () =>
      bench.pool.query(`UPDATE "grant" SET account = 'second' WHERE id = $1`, [
        (await bench.givenGrant({ user: await ofWhom(user) })).id,
      ]);
    await bench.pool.query(`UPDATE "grant" SET account = 'first' WHERE id = $1`, [id]);
    if (isBefore) await other();
    await signOut(id);
    if (!isBefore) await other();
    expect(await outcome(id, [refreshToken, accessToken])).toEqual({ states: ['revoked'], tokens: [refreshToken, accessToken] });
  });

  it('is sent for tokens of a refresh that ended late too, where the URL for it has placeholders', async () => {
    const plain = bench.definition.advanced;
    const revocationUrl = `${plain.revocationUrl}?of={{context.team}}&by={{user.id}}`;
    await bench.revise({ advanced: { ...plain, revocationUrl } });
    const { id, accessToken, refreshToken } = await bench.givenGrant();
    const place = { table: 'grant', row: id, field: 'inputs' };
    const inputs = await bench.vault.seal(
      bench.assistantId,
      place,
      JSON.stringify({ given: {}, typed: {}, context: { team: 'red' } }),
    );
    await bench.pool.query('UPDATE "grant" SET inputs = $2 WHERE id = $1', [id, inputs]);
    const seen = bench.provider.revocations.length;
    bench.provider.latency(400);
    const refreshing = flightWorker(bench).refresh(id);
    await eventually(() => expect(bench.provider.tokenRequests({ refreshToken })).toHaveLength(1));
    bench.provider.latency(0);
    await signOut(id);
    await refreshing;
    const late = [bench.provider.newestRefreshToken(accessToken) ?? '', bench.provider.families.issuedAccessTokens.at(-1) ?? ''];
    expect(await outcome(id, late)).toEqual({ states: ['revoked'], tokens: late });
    await bench.revise({ advanced: plain });
    expect(new Set(bench.provider.revocations.slice(seen).map(({ query }) => query.of))).toEqual(new Set(['red']));
  });
});
