import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Browser } from './browser.js';

let server: Server;
let origin: string;
const seen: { method: string; path: string; cookie: string; origin: string; site: string; body: string }[] = [];

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function site(handlers: Record<string, Handler>): Promise<void> {
  seen.length = 0;
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { headers, method = '', url = '' } = request;
    const site = String(headers['sec-fetch-site']);
    seen.push({ method, path: url, cookie: headers.cookie ?? '', origin: headers.origin ?? '', site, body });
    handlers[`${method} ${url.split('?')[0]}`]?.(request, response);
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function html(body: string, headers: Record<string, string | string[]> = {}): Handler {
  return (_, response) => response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body);
}

function redirect(location: () => string, status = 303, headers: Record<string, string> = {}): Handler {
  return (_, response) => response.writeHead(status, { location: location(), ...headers });
}

const signInPage = `<html><head><title>no</title></head><body><h1>Connect &amp; go</h1>
<form method="post" action="/go?x=1"><input type=hidden name="token" value="a&quot;b"><input name='pin' value=''>
<button>Continue</button><button name="decision" value="stop">Stop</button></form></body></html>`;

describe('a browser', () => {
  it('reads a page, fills its form and stops where a redirect leaves the site', async () => {
    await site({
      'GET /sign-in': html(signInPage, {
        'set-cookie': 'gk=abc; HttpOnly; Path=/; SameSite=Lax',
        'referrer-policy': 'no-referrer',
      }),
      'POST /go': redirect(() => 'https://provider.test/authorize?state=s'),
    });
    const browser = new Browser();
    const page = await browser.open(`${origin}/sign-in`);
    expect(page.text).toBe('Connect & go Continue Stop');

    const left = await browser.submit(page, { pin: '12' });

    expect(left.leadsTo).toBe('https://provider.test/authorize?state=s');
    expect(seen[1]).toEqual({
      method: 'POST',
      path: '/go?x=1',
      cookie: 'gk=abc',
      origin: 'null',
      site: 'same-origin',
      body: 'token=a%22b&pin=12',
    });
    await browser.submit(page, {}, 'Stop');
    expect(seen[2]?.body).toBe('token=a%22b&pin=&decision=stop');
  });

  it('follows a 303 by GET, a 307 by POST', async () => {
    await site({
      'POST /a': redirect(() => '/b'),
      'POST /c': redirect(() => '/d', 307),
      'GET /b': html('got'),
      'POST /d': html('posted'),
    });
    const browser = new Browser();
    expect((await browser.postFromOtherSite(`${origin}/a`, { code: '1' })).text).toBe('got');
    expect((await browser.postFromOtherSite(`${origin}/c`, { code: '1' })).text).toBe('posted');
    expect(seen.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/a', 'code=1'],
      ['GET', '/b', ''],
      ['POST', '/c', 'code=1'],
      ['POST', '/d', 'code=1'],
    ]);
  });

  it('sends no Lax cookie with a POST from elsewhere, no Strict one with a GET from elsewhere', async () => {
    const cookies = ['lax=1; Path=/; SameSite=Lax', 'strict=1; Path=/; SameSite=Strict', 'plain=1; Path=/', 'deep=1; Path=/deep'];
    await site({ 'GET /': html('', { 'set-cookie': cookies }), 'GET /x': html(''), 'POST /x': html('') });
    const browser = new Browser();
    await browser.open(`${origin}/`);
    await browser.open(`${origin}/x`, { crossSite: true });
    await browser.postFromOtherSite(`${origin}/x`, {});
    await browser.open(`${origin}/x`);
    expect(seen.slice(1).map(({ cookie, site: from }) => [cookie, from])).toEqual([
      ['lax=1; plain=1', 'cross-site'],
      ['', 'cross-site'],
      ['lax=1; strict=1; plain=1', 'none'],
    ]);
  });

  it('refuses a __Host- cookie that breaks its rules and drops one that is over', async () => {
    const cookies = ['__Host-a=1; Path=/', '__Host-b=1; Path=/; Secure', 'c=1; Path=/'];
    await site({ 'GET /': html('', { 'set-cookie': cookies }), 'GET /out': html('', { 'set-cookie': 'c=; Path=/; Max-Age=0' }) });
    const browser = new Browser();
    await browser.open(`${origin}/`);
    await browser.open(`${origin}/out`);
    expect(browser.cookies.valuesFor(origin)).toEqual({ '__Host-b': '1' });
  });

  it('walks a consent to the page that stands still', async () => {
    let asked = 0;
    await site({
      'GET /sign-in/h': html(signInPage),
      'POST /go': redirect(() => 'https://provider.test/authorize?state=s'),
      'GET /callback/p': redirect(() => '/outcome'),
      'GET /outcome': (request, response) => {
        asked += 1;
        html(asked < 3 ? '<meta http-equiv="refresh" content="0.1">Wait' : 'Connected')(request, response);
      },
    });
    const provider = { approve: (url: string) => `${origin}/callback/p?code=c&from=${encodeURIComponent(url)}` };
    const page = await new Browser().consent(`${origin}/sign-in/h`, provider);
    expect(page.text).toBe('Connected');
    expect(seen[2]).toMatchObject({ site: 'cross-site', path: expect.stringContaining('state%3Ds') });
  });

  it('says what it saw when there is no form', async () => {
    await site({ 'GET /': html('This link is over.') });
    const browser = new Browser();
    const page = await browser.open(origin);
    expect(() => browser.submit(page)).toThrow('This link is over.');
  });
});
