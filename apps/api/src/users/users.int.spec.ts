import { randomUUID } from 'node:crypto';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { storedGrant } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicUrl, RunningApi } from '../../test-fixtures/running-api.js';

const hostile = `"><script>alert('x')</script>`;
let api: RunningApi;
let assistantId: string;
let profile: ProfileView;
let key: { id: string; key: string };
beforeAll(async () => {
  api = await RunningApi.start();
  assistantId = await api.givenAssistant();
  profile = await api.givenProfile(assistantId, { identityProvider: 'Asana', scope: [{ value: 'read write' }] });
  key = await api.givenKey(assistantId);
});
afterAll(() => api.stop());

const mint = (user: unknown, token: string | null = key.key) => api.call('POST', '/v1/users/links', { body: { user }, token });
const linkOf = async (user: string, token = key.key): Promise<string> =>
  (await mint(user, token)).body.url.slice(publicUrl.length);
const open = (path: string) => api.call('GET', path, { token: null });
const press = (
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
) =>
  api.call('POST', path, {
    payload: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    token: null,
  });
const grantOf = async (user: string, columns: object = {}): Promise<string> =>
  (await storedGrant(api.db, profile, { user_id: user, scope: 'read', ...columns })).id;
const statusOf = async (id: string) => (await api.db.query('SELECT status FROM "grant" WHERE id = $1', [id])).rows[0].status;

describe('a link to the user’s own page (MintUserLink)', () => {
  it('is made by a runtime, works for 10 minutes, and its handle is stored nowhere', async () => {
    const { status, body } = await mint('ada');
    expect(status).toBe(201);
    const handle = /^http:\/\/localhost:4000\/me\/([A-Za-z0-9_-]{43})$/.exec(body.url)?.[1] ?? '';
    const minutes = (Date.parse(body.expiresAt) - Date.now()) / 60_000;
    expect([minutes > 9, minutes < 10.1]).toEqual([true, true]);
    for (const table of ['user_link', 'event']) {
      const { rows } = await api.db.query(`SELECT t::text AS row FROM ${table} t`);
      const stored = rows.map(({ row }) => row).join();
      expect(stored).not.toContain(handle);
      expect(stored).not.toContain(Buffer.from(handle).toString('hex'));
    }
  });

  it('is refused without a runtime key, and for a user that is none', async () => {
    expect((await mint('ada', null)).status).toBe(401);
    expect((await mint('ada', api.token)).status).toBe(401);
    for (const wrong of ['', 'x'.repeat(257), 'a\u0000b', 7, undefined])
      expect(await mint(wrong)).toMatchObject({
        status: 422,
        body: { errors: expect.arrayContaining([expect.objectContaining({ path: 'user' })]) },
      });
  });
});

describe('the user’s own page', () => {
  it('shows what is connected, under a strict policy, and changes nothing', async () => {
    const user = `ada ${hostile}`;
    await grantOf(user, { tenant: `acme ${hostile}`, account: hostile });
    const path = await linkOf(user);
    const page = await open(path);
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    for (const shown of ['Asana', 'acme', '<li>read</li>', 'Asked for and not granted', '<li>write</li>', 'nobody'])
      expect(page.text).toContain(shown);
    expect(page.text).not.toContain('<script');
    expect((await open(path)).text).toBe(page.text);
  });

  it('shows nothing of other users, other assistants or profiles beyond the runtime’s key', async () => {
    await grantOf('ada of many');
    const other = await api.givenProfile(assistantId);
    const limited = await api.call('POST', `/v1/assistants/${assistantId}/runtime-keys`, {
      body: { name: 'limited', profiles: [other.id] },
    });
    const elsewhere = await api.givenKey(await api.givenAssistant());
    for (const [user, token] of [
      ['eve', key.key],
      ['ada of many', limited.body.key],
      ['ada of many', elsewhere.key],
    ])
      expect((await open(await linkOf(user as string, token))).text).toContain('is not connected to anything');
  });

  it('is gone with its time, and with the key of its runtime', async () => {
    const second = await api.givenKey(assistantId);
    const [late, shut] = [await linkOf('ada'), await linkOf('ada', second.key)];
    await api.db.query(`UPDATE user_link SET expires_at = now() WHERE runtime_key_id = $1`, [key.id]);
    await api.call('DELETE', `/v1/runtime-keys/${second.id}`);
    for (const path of [late, shut, '/me/unknown', `/me/${'A'.repeat(43)}`, '/me/%0d%0a'])
      expect(await open(path)).toMatchObject({ status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } });
  });
});

describe('Disconnect', () => {
  it('is not done for a form of another site, nor for a grant that is not this user’s', async () => {
    const [own, foreign] = [await grantOf('bob'), await grantOf('carol')];
    const path = await linkOf('bob');
    expect((await press(path, { grant: own }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await press(path, { grant: own }, { origin: 'https://evil.test' })).status).toBe(403);
    for (const grant of [foreign, randomUUID(), 'x', '']) expect((await press(path, { grant })).status).toBe(303);
    expect((await press('/me/unknown', { grant: own })).status).toBe(303);
    expect([await statusOf(own), await statusOf(foreign)]).toEqual(['active', 'active']);
  });

  it('leads back to the page, and twice is once', async () => {
    const id = await grantOf('dan');
    const path = await linkOf('dan');
    expect(await press(path, { grant: id })).toMatchObject({ status: 303, headers: { location: path } });
    expect((await press(path, { grant: id })).status).toBe(303);
    expect(await statusOf(id)).toBe('ended');
    const { rows } = await api.db.query(`SELECT actor FROM event WHERE stream = $1 AND type = 'grants.ended.v1'`, [
      `grant-${id}`,
    ]);
    expect(rows).toEqual([{ actor: 'user' }]);
  });
});
