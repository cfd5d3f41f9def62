import { eventually } from '@grantkeeper/tests/support/eventually';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstOperator, publicUrl, RunningApi } from '../../test-fixtures/running-api.js';

describe('operators', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());

  const change = async (id: string, revision: number, patch: object, token = api.token) =>
    api.call('PATCH', `/v1/operators/${id}`, { body: patch, headers: { 'if-match': `"${revision}"` }, token });

  it('sign in by a cookie that scripts cannot read, and never see their password again', async () => {
    const { headers, body, text } = await api.call('POST', '/v1/session', {
      body: { ...firstOperator, email: 'ADMIN@localhost' },
      token: null,
    });
    expect(headers['set-cookie']).toMatch(/^gk_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(body).toMatchObject({ email: firstOperator.email, role: 'admin' });
    expect(text).not.toContain(firstOperator.password);
  });

  it('cannot be told apart by what a failed sign-in answers', async () => {
    const wrong = await api.call('POST', '/v1/session', {
      body: { email: firstOperator.email, password: 'not this' },
      token: null,
    });
    const unknown = await api.call('POST', '/v1/session', {
      body: { email: 'nobody@example.com', password: 'not this' },
      token: null,
    });
    expect(wrong.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  it('are slowed down after ten tries a minute for one address, and others are not', async () => {
    const attempt = (email: string) => api.call('POST', '/v1/session', { body: { email, password: 'x' }, token: null });
    for (let tries = 0; tries < 10; tries += 1) expect((await attempt('guessed@example.com')).status).toBe(401);
    const limited = await attempt('guessed@example.com');
    expect([limited.status, limited.body.code]).toEqual([429, 'http.rate-limited']);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await attempt('other@example.com')).status).toBe(401);
  });

  it('change nothing by cookie from a page of another origin', async () => {
    const cookie = await api.signIn(firstOperator.email, firstOperator.password);
    const create = (headers: Record<string, string>) =>
      api.call('POST', '/v1/assistants', {
        body: { name: `by cookie ${Math.random()}` },
        headers: { cookie, ...headers },
        token: null,
      });
    for (const origin of ['https://evil.example', 'null', `${publicUrl}.evil.example`, 'http://localhost:4001']) {
      const refused = await create({ origin });
      expect([refused.status, refused.body.code]).toEqual([403, 'http.foreign-origin']);
    }
    expect((await create({})).status).toBe(403);
    expect((await create({ origin: publicUrl })).status).toBe(201);
    expect((await api.call('GET', '/v1/assistants', { headers: { cookie }, token: null })).status).toBe(200);
  });

  it('are signed out for good by DELETE of their session', async () => {
    const cookie = await api.signIn(firstOperator.email, firstOperator.password);
    const headers = { cookie, origin: publicUrl };
    expect((await api.call('DELETE', '/v1/session', { headers, token: null })).status).toBe(204);
    expect((await api.call('GET', '/v1/session', { headers, token: null })).status).toBe(401);
  });

  it('lose sessions and API tokens on the call after being disabled', async () => {
    const { id, email, password, token } = await api.givenOperator('author');
    const cookie = await api.signIn(email, password);
    expect((await change(id, 1, { disabled: true })).body).toMatchObject({ disabled: true, revision: 2 });
    expect((await api.call('GET', '/v1/session', { token })).status).toBe(401);
    expect((await api.call('GET', '/v1/session', { headers: { cookie }, token: null })).status).toBe(401);
    expect((await api.call('POST', '/v1/session', { body: { email, password }, token: null })).status).toBe(401);
  });

  it('lose their sessions with a changed password', async () => {
    const { id, email, password } = await api.givenOperator('viewer');
    const cookie = await api.signIn(email, password);
    await change(id, 1, { password: 'another long pass phrase' });
    expect((await api.call('GET', '/v1/session', { headers: { cookie }, token: null })).status).toBe(401);
    expect((await api.call('POST', '/v1/session', { body: { email, password }, token: null })).status).toBe(401);
  });

  it('have the rights of their role as it is now, not as it was when a token was made', async () => {
    const { id, token } = await api.givenOperator('admin');
    await change(id, 1, { role: 'viewer' });
    expect((await api.call('GET', '/v1/operators', { token })).status).toBe(403);
  });

  it('revoke their own API tokens, not those of others', async () => {
    const { token } = await api.givenOperator('viewer');
    const made = await api.call('POST', '/v1/operators/me/api-tokens', { body: { name: 'cli' }, token });
    const path = `/v1/operators/me/api-tokens/${made.body.id}`;
    expect((await api.call('DELETE', path)).body.code).toBe('operators.api-token-not-found');
    expect((await api.call('DELETE', path, { token })).status).toBe(204);
    expect((await api.call('GET', '/v1/session', { token: made.body.token })).status).toBe(401);
    const listed = await api.call('GET', '/v1/operators/me/api-tokens', { token });
    expect(listed.text).not.toContain(made.body.token);
    expect(listed.body.items).toHaveLength(2);
  });

  it('have unique addresses in any case, and need If-Match for a change', async () => {
    const { id, email } = await api.givenOperator('viewer');
    const taken = await api.call('POST', '/v1/operators', {
      body: { email: email.toUpperCase(), password: 'a long pass phrase', role: 'viewer' },
    });
    expect([taken.status, taken.body.code]).toEqual([409, 'operators.email-taken']);
    expect((await api.call('PATCH', `/v1/operators/${id}`, { body: { role: 'author' } })).status).toBe(428);
    expect((await change(id, 7, { role: 'author' })).status).toBe(412);
  });

  it('name every wrong field', async () => {
    const { body } = await api.call('POST', '/v1/operators', { body: { email: 'x', password: 'short', role: 'root', extra: 1 } });
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(['email', 'password', 'role', 'extra']);
  });
});

describe('the last admin', () => {
  it('can be neither demoted, disabled nor removed, also when the last two step down at once', async () => {
    const api = await RunningApi.start();
    try {
      const first = (await api.call('GET', '/v1/session')).body.operatorId;
      const patch = (id: string, body: object, token = api.token) =>
        api.call('PATCH', `/v1/operators/${id}`, { body, headers: { 'if-match': '"1"' }, token });
      for (const body of [{ role: 'viewer' }, { disabled: true }])
        expect((await patch(first, body)).body.code).toBe('operators.last-admin');
      expect((await api.call('DELETE', `/v1/operators/${first}`)).body.code).toBe('operators.last-admin');

      const second = await api.givenOperator('admin');
      const gate = await api.db.connect();
      await gate.query('SELECT pg_advisory_lock(7300001)'); // the audit's lock, taken last: both are under way at once
      const both = [patch(first, { role: 'viewer' }), patch(second.id, { disabled: true }, second.token)];
      await eventually(async () => {
        const { rows } = await gate.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(rows).toHaveLength(2);
      });
      await gate.query('SELECT pg_advisory_unlock(7300001)');
      gate.release();
      expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 409]);
    } finally {
      await api.stop();
    }
  });
});
