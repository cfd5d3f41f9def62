import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

describe('the language of a page that is asked for', () => {
  let api: RunningApi;
  let link: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    const assistant = await api.givenAssistant();
    const { id } = await api.givenProfile(assistant);
    const { key } = await api.givenKey(assistant);
    const { body } = await api.call('POST', '/v1/token', { body: { profile: id, user: 'U042' }, token: key });
    link = new URL(body.signInUrl).pathname;
  });
  afterAll(() => api.stop());

  const shown = async (url: string, headers: Record<string, string> = {}, method = 'GET', payload?: string) => {
    const answer = await api.call(method, url, { headers, token: null, payload });
    const language = /<html lang="(\w+)">/.exec(answer.text)?.[1];
    expect(answer.headers).toMatchObject({ 'content-language': language, vary: 'Accept-Language, Cookie' });
    return { ...answer, language };
  };
  const german = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.8' };

  it('is English where nothing is said, and the one that the browser prefers where it says so', async () => {
    expect(await shown(link)).toMatchObject({ status: 200, language: 'en' });
    const inGerman = await shown(link, german);
    expect(inGerman).toMatchObject({ status: 200, language: 'de' });
    expect(inGerman.text).toContain('ServiceNow mit ');
    expect(inGerman.headers['set-cookie']).toBeUndefined();
  });

  it('is the one that a person chose, on that page and on every later one, whatever the browser prefers', async () => {
    const chosen = await shown(`${link}?lang=en`, german);
    expect(chosen).toMatchObject({ status: 200, language: 'en' });
    expect(chosen.headers['set-cookie']).toMatch(/^gk-lang=en; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await shown('/me/unknown', { ...german, cookie: 'other=1; gk-lang=en' })).toMatchObject({
      status: 404,
      language: 'en',
    });
    expect(await shown(link, { ...german, cookie: 'gk-lang=fr' })).toMatchObject({ language: 'de' });
    expect((await shown(`${link}?lang=fr&lang=de`, german)).headers['set-cookie']).toBeUndefined();
  });

  it('is chosen without using the link up: it can be continued afterwards', async () => {
    for (const lang of ['de', 'en', 'de']) await shown(`${link}?lang=${lang}`);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie: 'gk-lang=de' };
    const begun = await api.call('POST', link, { headers, token: null, payload: 'step=continue' });
    expect([begun.status, begun.headers.location]).toEqual([303, expect.stringContaining('https://idp.example.com/authorize?')]);
  });

  it.each([
    ['an unknown link', 'GET', '/sign-in/unknown', 404, 'Diesen Link gibt es nicht'],
    ['the user’s own page, its link over', 'GET', '/me/unknown', 404, 'Dieser Link funktioniert nicht'],
    ['a callback of nobody', 'GET', `/callback/${randomUUID()}?code=a&state=b`, 400, 'Diese Anmeldung wurde nicht erkannt'],
    ['a body that is no form', 'POST', '/sign-in/unknown', 415, 'Diesen Link gibt es nicht'],
    ['a page that is not there', 'GET', '/me/unknown/elsewhere', 404, 'Diesen Link gibt es nicht'],
  ])('holds for failures too: %s', async (_what, method, url, status, heading) => {
    const answer = await shown(url, german, method, method === 'POST' ? '{}' : undefined);
    expect(answer).toMatchObject({ status, language: 'de' });
    expect(answer.text).toContain(`<h1>${heading}</h1>`);
  });

  it('is not offered where a provider’s answer stands in the address, which must not be opened twice', async () => {
    expect((await shown(link)).text).toContain('href="?lang=de"');
    expect((await shown(`/callback/${randomUUID()}?code=a&state=b`)).text).not.toContain('?lang=');
  });

  it('changes nothing of what programs are told', async () => {
    const answer = await api.call('GET', '/v1/assistants/none?lang=de', { headers: german });
    expect(answer.body).toMatchObject({ status: 422, title: 'Unprocessable Content' });
    expect(answer.headers['content-language']).toBeUndefined();
  });
});
