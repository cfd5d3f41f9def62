import { randomUUID } from 'node:crypto';
import { grantSchema } from '@grantkeeper/contracts/grants/http';
import { timelineEntrySchema } from '@grantkeeper/contracts/grants/timeline';
import { inSeconds, storedGrant } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await RunningApi.start();
});
afterAll(() => api.stop());

const somewhere = async () => {
  const assistantId = await api.givenAssistant();
  const profile = await api.givenProfile(assistantId);
  return { assistantId, profile, give: (columns: object) => storedGrant(api.db, { ...profile, assistantId }, columns) };
};
const walk = async (url: string): Promise<{ id: string }[]> => {
  const items = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await api.call('GET', `${url}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
};

describe('the grants of an assistant', () => {
  it('are listed with the latest consent first, filtered, page by page, as the contract says', async () => {
    const { assistantId, profile, give } = await somewhere();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1)
      ids.push((await give({ user_id: `ada-${n}`, tenant: n % 2 ? 'acme' : '', consented_at: inSeconds(-n) })).id);
    const all = await walk(`/v1/assistants/${assistantId}/grants?limit=2`);
    expect(all.map(({ id }) => id)).toEqual(ids);
    for (const view of all) expect(() => grantSchema.parse(view)).not.toThrow();
    const some = await walk(
      `/v1/assistants/${assistantId}/grants?limit=1&profile=${profile.id}&userPrefix=ada&tenant=acme&status=active`,
    );
    expect(some.map(({ id }) => id)).toEqual([ids[1], ids[3]]);
  });

  it.each([
    ['status=held', 'status'],
    ['userPrefix=', 'userPrefix'],
    ['user=nul%00', 'user'],
    ['refreshTokenEndsWithinDays=-1', 'refreshTokenEndsWithinDays'],
    ['profile=mine', 'profile'],
    ['cursor=e30', 'cursor'],
    ['sort=user', 'sort'],
  ])('refuse %s and name %s', async (query, path) => {
    const { status, body } = await api.call('GET', `/v1/assistants/${await api.givenAssistant()}/grants?${query}`);
    expect([status, body.code, body.errors?.[0]?.path]).toEqual([422, 'http.invalid-input', path]);
  });

  it('are told as CSV: the same filters, every one of them, nothing that a spreadsheet would run', async () => {
    const { assistantId, give } = await somewhere();
    await give({ user_id: '=HYPERLINK("http://evil.example","x")', consented_at: inSeconds(-1), scope: 'a b' });
    await give({ user_id: 'plain', tenant: 'acme', consented_at: inSeconds(-2) });
    await give({ user_id: 'gone', status: 'ended', reason: 'signed_out', hand_out: null, refresh_token: null });
    const { status, headers, text } = await api.call('GET', `/v1/assistants/${assistantId}/grants.csv`);
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
      200,
      'text/csv; charset=utf-8',
      'attachment; filename="grants.csv"',
    ]);
    const [names, first, second, ...rest] = text.split('\r\n');
    expect(names).toMatch(/^id,user,profile,provider,tenant,account,/);
    expect(first).toContain(`,"'=HYPERLINK(""http://evil.example"",""x"")",`);
    expect(second).toContain(',plain,');
    expect(rest).toEqual(['']);
    const filtered = await api.call('GET', `/v1/assistants/${assistantId}/grants.csv?tenant=acme`);
    expect(filtered.text.split('\r\n')).toHaveLength(3);
    expect((await api.call('GET', `/v1/assistants/${randomUUID()}/grants.csv`)).status).toBe(404);
  });

  it('are all in the CSV, however many: it is read in parts and sent as it is read', async () => {
    const { assistantId, profile } = await somewhere();
    await api.db.query(
      `INSERT INTO "grant" (id, assistant_id, profile_id, user_id, account, status, hand_out, issued_at, origins, client_id, authorization_id)
       SELECT gen_random_uuid(), $1, $2, 'user-' || n, 'default', 'active', '\\x00', now(), '{}', 'c', gen_random_uuid() FROM generate_series(1, 2500) n`,
      [assistantId, profile.id],
    );
    const { text } = await api.call('GET', `/v1/assistants/${assistantId}/grants.csv`);
    const users = text
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',')[1]);
    expect(new Set(users).size).toBe(2_500);
    expect(users).toHaveLength(2_500);
  });
});

describe('the life of a grant', () => {
  it('is told page by page, and goes on where the last page ended', async () => {
    const { assistantId, give } = await somewhere();
    const { id } = await give({});
    for (const version of [1, 2, 3])
      await api.db.query(
        `INSERT INTO event (stream, type, payload, assistant_id, actor, correlation_id) VALUES ($1, 'grants.refreshed.v1', $2, $3, 'worker', 'c')`,
        [`grant-${id}`, { grantId: id, profileId: randomUUID(), version, expiresAt: null, scope: '' }, assistantId],
      );
    const life = (await walk(`/v1/grants/${id}/timeline?limit=2`)).map((entry) => timelineEntrySchema.parse(entry));
    expect(life.map((entry) => entry.kind === 'event' && 'version' in entry.event && entry.event.version)).toEqual([3, 2, 1]);
    expect(life[0]).toMatchObject({ kind: 'event', actor: 'worker', event: { type: 'grants.refreshed.v1' } });
  });

  it('is not told of what is not there, and a made-up cursor is refused', async () => {
    expect((await api.call('GET', `/v1/grants/${randomUUID()}/timeline`)).body.code).toBe('grants.not-found');
    const { give } = await somewhere();
    const { id } = await give({});
    for (const place of [{ event: '1' }, { event: null, revision: null, consent: null, day: 'x' }]) {
      const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
      const { status, body } = await api.call('GET', `/v1/grants/${id}/timeline?cursor=${cursor}`);
      expect([status, body.errors?.[0]?.path]).toEqual([422, 'cursor']);
    }
  });
});
