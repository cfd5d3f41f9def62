import { randomUUID } from 'node:crypto';
import type { OperatorSession } from '@grantkeeper/contracts/operators/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicUrl, RunningApi } from '../../test-fixtures/running-api.js';

describe('sessions', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());

  const by = (cookie: string) => ({ headers: { cookie, origin: publicUrl }, token: null });
  const own = async (cookie: string): Promise<OperatorSession[]> =>
    (await api.call('GET', '/v1/operators/me/sessions', by(cookie))).body.items;
  const isSignedIn = async (cookie: string) => (await api.call('GET', '/v1/session', by(cookie))).status === 200;

  it('are listed newest first, one’s own marked, by browser and system, without the token', async () => {
    const { email, password } = await api.givenOperator('viewer');
    const old = await api.signIn(email, password);
    const { headers } = await api.call('POST', '/v1/session', {
      body: { email, password },
      headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
      token: null,
    });
    const cookie = String(headers['set-cookie']).split(';', 1)[0] as string;
    const answer = await api.call('GET', '/v1/operators/me/sessions', by(cookie));
    expect(answer.body.items.slice(0, 2)).toMatchObject([{ browser: 'Firefox, Linux', current: true }, { current: false }]);
    expect(answer.text).not.toContain(cookie.split('=')[1]);
    expect(answer.text).not.toContain(old.split('=')[1]);
    const first = await api.call('GET', '/v1/operators/me/sessions?limit=1', by(cookie));
    const second = await api.call('GET', `/v1/operators/me/sessions?limit=1&cursor=${first.body.nextCursor}`, by(cookie));
    expect(second.body.items[0].id).toBe(answer.body.items[1].id);
  });

  it('tell when they were last used, to the minute', async () => {
    const { email, password } = await api.givenOperator('viewer');
    const cookie = await api.signIn(email, password);
    await api.db.query(`UPDATE operator_session SET last_used_at = now() - interval '1 hour'`);
    await own(cookie);
    const [session] = await own(cookie);
    expect(Date.now() - Date.parse(session?.lastUsedAt ?? '')).toBeLessThan(60_000);
  });

  it('end on the next call: one’s own by oneself, another’s only by who manages operators', async () => {
    const { id, email, password } = await api.givenOperator('operator');
    const stranger = await api.givenOperator('operator');
    const [kept, ended] = [await api.signIn(email, password), await api.signIn(email, password)];
    const session = (await own(ended)).find(({ current }) => current)?.id;
    const path = `/v1/sessions/${session}`;
    const refused = await api.call('DELETE', path, { token: stranger.token });
    const absent = await api.call('DELETE', `/v1/sessions/${randomUUID()}`, { token: stranger.token });
    expect([refused.status, refused.body]).toEqual([404, absent.body]);
    expect((await api.call('DELETE', path, by(kept))).status).toBe(204);
    expect([await isSignedIn(ended), await isSignedIn(kept)]).toEqual([false, true]);

    const seen = await api.call('GET', `/v1/operators/${id}/sessions`);
    const current = (await own(kept)).find((one) => one.current)?.id;
    expect(seen.body.items.map((one: OperatorSession) => one.id)).toContain(current);
    expect((await api.call('DELETE', `/v1/sessions/${current}`)).status).toBe(204);
    expect(await isSignedIn(kept)).toBe(false);
    const { body } = await api.call('GET', `/v1/audit?subject=operator:${id}&action=operators.end-session`);
    expect(body.items).toHaveLength(2);
    expect((await api.call('GET', `/v1/operators/${randomUUID()}/sessions`)).body.code).toBe('operators.not-found');
  });

  it('but the one that asks end with a new password of one’s own; API tokens stay', async () => {
    const { email, password, token } = await api.givenOperator('viewer');
    const [asking, other] = [await api.signIn(email, password), await api.signIn(email, password)];
    const change = (currentPassword: string, newPassword: string) =>
      api.call('POST', '/v1/operators/me/password', { body: { currentPassword, newPassword }, ...by(asking) });
    expect((await change('wrong', 'another long pass phrase')).body.errors).toMatchObject([{ path: 'currentPassword' }]);
    expect((await change(password, 'short')).body.errors).toMatchObject([{ path: 'newPassword' }]);
    expect((await change(password, 'another long pass phrase')).status).toBe(204);
    expect([await isSignedIn(asking), await isSignedIn(other)]).toEqual([true, false]);
    expect((await api.call('GET', '/v1/session', { token })).status).toBe(200);
    expect((await api.call('POST', '/v1/session', { body: { email, password }, token: null })).status).toBe(401);
  });

  it('do not help to guess a password', async () => {
    const { email, password } = await api.givenOperator('viewer');
    const cookie = await api.signIn(email, password);
    const guess = () =>
      api.call('POST', '/v1/operators/me/password', {
        body: { currentPassword: 'guessed', newPassword: 'another long pass phrase' },
        ...by(cookie),
      });
    for (let tries = 0; tries < 10; tries += 1) expect((await guess()).status).toBe(422);
    expect((await guess()).status).toBe(429);
  });

  it('and API tokens end when an admin resets the password', async () => {
    const { id, token } = await api.givenOperator('viewer');
    const body = { password: 'another long pass phrase' };
    expect((await api.call('PATCH', `/v1/operators/${id}`, { body, headers: { 'if-match': '"1"' } })).status).toBe(200);
    expect((await api.call('GET', '/v1/session', { token })).status).toBe(401);
  });
});
