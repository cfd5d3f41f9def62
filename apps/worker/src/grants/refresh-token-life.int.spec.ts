import { forecastRefreshTokenEnds } from '@grantkeeper/platform/grants/refresh-token-ends';
import { RefreshWishes } from '@grantkeeper/platform/grants/want-refresh';
import { FlightBench } from '@grantkeeper/tests/support/flight-bench';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { flightWorker } from '../../test-fixtures/flight-worker.js';

let bench: FlightBench;
beforeAll(async () => {
  bench = await FlightBench.start({ mode: 'strict' });
});
afterAll(() => bench.stop());
afterEach(() => bench.revise({ advanced: bench.definition.advanced }));

const set = (id: string, assignments: string) => bench.pool.query(`UPDATE "grant" SET ${assignments} WHERE id = $1`, [id]);
const refresh = (id: string, version?: number) => flightWorker(bench).refresh(id, version);
const assume = (lifetime: object) =>
  bench.revise({ advanced: { ...bench.definition.advanced, refreshTokenLifetimeSeconds: lifetime } });
const ends = `refresh_ends_at = now() - interval '61 s'`;
const sent = (refreshToken: string): number => bench.provider.tokenRequests({ refreshToken }).length;

/** Seconds from the issue of the tokens to a column's instant. */
async function afterIssue(id: string, column: string): Promise<number> {
  const grant = await bench.grant(id);
  return (Number(grant[column]) - Number(grant.issued_at)) / 1000;
}

describe('the end of a refresh token', () => {
  it('is as the provider tells with it, counted from the mark', async () => {
    const { id } = await bench.givenGrant();
    bench.provider.answerNextToken({ amend: { x_refresh_token_expires_in: 8_640_000 } });
    await refresh(id);
    expect(await bench.grant(id)).toMatchObject({ refresh_end_told: true });
    expect(await afterIssue(id, 'refresh_ends_at')).toBe(8_640_000);
  });

  it('begins anew with each use where it is an idle time, and is fixed where it counts from the consent', async () => {
    const { id } = await bench.givenGrant();
    await set(id, `consented_at = now() - interval '5 days'`);
    await assume({ idle: 30 * 86_400 });
    await refresh(id);
    expect(await afterIssue(id, 'refresh_ends_at')).toBe(30 * 86_400);
    await assume({ idle: 30 * 86_400, absolute: 10 * 86_400 });
    await set(id, 'due_at = now()');
    await refresh(id, 2);
    const { refresh_ends_at: end, consented_at: consented, refresh_end_told: told } = await bench.grant(id);
    expect([(Number(end) - Number(consented)) / 86_400_000, told]).toEqual([10, false]);
  });

  it('shorter than the access token’s brings the refresh forward', async () => {
    const { id } = await bench.givenGrant();
    await assume({ idle: 600 });
    await refresh(id);
    const due = await afterIssue(id, 'due_at');
    expect(due).toBeLessThanOrEqual(480);
    expect(due).toBeGreaterThan(450);
  });

  it('that was told makes an end without asking the provider in vain, when the access token has ended too', async () => {
    const { id, accessToken, refreshToken } = await bench.givenGrant();
    await set(id, `${ends}, refresh_end_told = true`);
    await refresh(id);
    expect(await bench.grant(id)).toMatchObject({ status: 'active', waits: true, failures: 0 });
    expect(await bench.accessToken(id)).toBe(accessToken);
    await set(id, `due_at = now(), expires_at = now() - interval '1 s'`);
    await refresh(id);
    expect(await bench.grant(id)).toMatchObject({ status: 'reconnect_required', reason: 'refresh_token_expired' });
    expect(await bench.events(`grant-${id}`)).toEqual(['grants.reconnect-required.v1']);
    expect(sent(refreshToken)).toBe(0);
  });

  it('that was told is no reason for a refresh which a runtime wants while the access token lives', async () => {
    const { id } = await bench.givenGrant();
    await set(id, `${ends}, refresh_end_told = true, due_at = expires_at`);
    const wish = { grantId: id, version: 1, refused: false, actor: 'runtime:1', correlationId: 'c' };
    expect(await new RefreshWishes(bench.pool, () => undefined).want(wish)).toBe('moved');
  });

  it('that is only supposed is tried, and believed when the provider says so', async () => {
    const [alive, over] = [await bench.givenGrant(), await bench.givenGrant()];
    for (const { id } of [alive, over]) await set(id, ends);
    await refresh(alive.id);
    expect(await bench.grant(alive.id)).toMatchObject({ status: 'active', version: 2 });
    bench.provider.answerNextToken({ status: 400, body: { error: 'invalid_grant' } });
    await refresh(over.id);
    expect(await bench.grant(over.id)).toMatchObject({ status: 'reconnect_required', reason: 'refresh_token_expired' });
  });
});

describe('the forecast of its end', () => {
  const ending = (id: string) => bench.events(`grant-${id}`).then((types) => types.filter((type) => type.includes('ending')));

  it('is recorded once for each token, by any number of sweepers, and not before its time', async () => {
    const [due, later] = [await bench.givenGrant(), await bench.givenGrant()];
    await set(due.id, `refresh_ends_at = now() + interval '1 day', refresh_notice_at = now()`);
    await set(later.id, `refresh_ends_at = now() + interval '9 days', refresh_notice_at = now() + interval '2 days'`);
    await Promise.all(Array.from({ length: 8 }, () => forecastRefreshTokenEnds(bench.pool)));
    await forecastRefreshTokenEnds(bench.pool);
    expect([await ending(due.id), await ending(later.id)]).toEqual([['grants.refresh-token-ending.v1'], []]);
  });

  it('waits for the answer of a refresh that is under way', async () => {
    const { id } = await bench.givenGrant();
    await set(id, `refresh_ends_at = now(), refresh_notice_at = now(), attempt = gen_random_uuid(), sent_at = now()`);
    await forecastRefreshTokenEnds(bench.pool);
    expect(await ending(id)).toEqual([]);
    await set(id, `sent_at = now() - interval '31 s'`);
    await forecastRefreshTokenEnds(bench.pool);
    expect(await ending(id)).toHaveLength(1);
  });

  it('comes again for a token that ends later, and not for the same end', async () => {
    const { id } = await bench.givenGrant();
    await set(id, `refresh_ends_at = now() + interval '1 hour', refresh_end_told = true, refresh_notice_at = NULL`);
    bench.provider.answerNextToken({ amend: { refresh_token_expires_in: 3600 } });
    await refresh(id);
    expect(await bench.grant(id)).toMatchObject({ refresh_notice_at: null });
    bench.provider.answerNextToken({ amend: { refresh_token_expires_in: 86_400 } });
    await set(id, 'due_at = now()');
    await refresh(id, 2);
    expect(await afterIssue(id, 'refresh_notice_at')).toBe(0.9 * 86_400);
  });
});
