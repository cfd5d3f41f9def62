import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

const wrongKey = () => `gkr_${randomBytes(32).toString('base64url')}`;

describe('a flood from one address', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await RunningApi.start({ TRUST_PROXY: '127.0.0.1' });
  });
  afterAll(() => api.stop());

  const from = (ip: string) => ({ 'x-forwarded-for': ip });
  const flood = async (times: number, send: () => Promise<{ status: number }>): Promise<Set<number>> =>
    new Set((await Promise.all(Array.from({ length: times }, send))).map(({ status }) => status));

  it('of wrong runtime keys is told to wait, and a right key from the same address works on', async () => {
    const assistant = await api.givenAssistant();
    const { id: profile } = await api.givenProfile(assistant);
    const { key } = await api.givenKey(assistant);
    const ask = (token: string, ip = '9.9.9.1') =>
      api.call('POST', '/v1/token', { body: { profile, user: 'u', signIn: false }, headers: from(ip), token });

    expect(await flood(150, () => ask(wrongKey()))).toEqual(new Set([401]));
    const read = () => api.call('GET', '/v1/grants?user=u', { headers: from('9.9.9.1'), token: wrongKey() });
    expect(await flood(150, read)).toEqual(new Set([401]));

    const limited = await ask(wrongKey());
    expect([limited.status, limited.body.code]).toEqual([429, 'http.rate-limited']);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await read()).status).toBe(429);
    expect((await ask(key)).status).toBe(200);
    expect((await ask(wrongKey(), '9.9.9.2')).status).toBe(401);
  });

  const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };
  const random = () => randomBytes(32).toString('base64url');
  const callback = async () => `/callback/${(await api.givenProfile(await api.givenAssistant())).id}`;
  type Send = (ip: string) => ReturnType<RunningApi['call']>;
  const floods: Record<string, { ip: string; status: number; sending: () => Promise<Send> }> = {
    'links that are none': {
      ip: '9.9.8.1',
      status: 404,
      sending: async () => (ip) => api.call('GET', `/sign-in/${random()}`, { headers: from(ip), token: null }),
    },
    'callbacks that nobody awaits': {
      ip: '9.9.8.2',
      status: 400,
      sending: async () => {
        const url = await callback();
        return (ip) => api.call('GET', `${url}?code=c&state=${random()}`, { headers: from(ip), token: null });
      },
    },
    'callbacks by form that nobody awaits': {
      ip: '9.9.8.3',
      status: 303,
      sending: async () => {
        const url = await callback();
        return (ip) =>
          api.call('POST', url, { payload: `code=c&state=${random()}`, headers: { ...from(ip), ...formHeaders }, token: null });
      },
    },
  };

  it.each(Object.entries(floods))('of %s gets a page that says so; other addresses do not notice', async (_what, one) => {
    const { ip, status, sending } = one;
    const send = await sending();
    expect(await flood(600, () => send(ip))).toEqual(new Set([status]));
    const limited = await send(ip);
    expect([limited.status, limited.headers['content-type']]).toEqual([429, 'text/html; charset=utf-8']);
    expect(limited.text).toContain('Please wait a minute');
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await send('9.9.7.1')).status).toBe(status);
  });
});
