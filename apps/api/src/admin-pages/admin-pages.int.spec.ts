import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

const page =
  '<!doctype html><meta property="csp-nonce" nonce="GK_NONCE"><script src="/admin/assets/index-1.js" nonce="GK_NONCE"></script>';

describe('the built admin', () => {
  let api: RunningApi;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gk-admin-'));
    mkdirSync(join(folder, 'dist/assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.js'), 'not to be served');
    writeFileSync(join(folder, 'dist/index.html'), page);
    writeFileSync(join(folder, 'dist/icon.svg'), '<svg/>');
    writeFileSync(join(folder, 'dist/assets/index-1.js'), 'hello()');
    writeFileSync(join(folder, 'dist/assets/index-1.js.map'), 'not to be served');
    api = await RunningApi.start({ ADMIN_DIR: join(folder, 'dist') });
  });
  afterAll(async () => {
    await api.stop();
    rmSync(folder, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) => api.call('GET', path, { token: null, headers });

  it('is where the root of the origin leads', async () => {
    for (const path of ['/', '/admin']) {
      const { status, headers } = await get(path);
      expect([status, headers.location]).toEqual([302, '/admin/']);
    }
  });

  it('is one page at every address below /admin, uncached, under a policy that runs no script but its own', async () => {
    for (const path of ['/admin/', '/admin/assistants', '/admin/sign-in?to=%2Fqueues']) {
      const { status, headers } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([`default-src 'none'`, `script-src 'self'`, `connect-src 'self'`, `frame-ancestors 'none'`]),
      );
      expect(policy.join(' ')).not.toMatch(/unsafe|\*|https?:/);
    }
  });

  it('carries the nonce that the policy names, another one each time', async () => {
    const [first, second] = [await get('/admin/'), await get('/admin/')];
    const nonceOf = ({ text }: { text: string }) => /nonce="([^"]+)"/.exec(text)?.[1];
    expect(first.headers['content-security-policy']).toContain(`'nonce-${nonceOf(first)}'`);
    expect(nonceOf(first)).not.toBe(nonceOf(second));
    expect(first.text).not.toContain('GK_NONCE');
  });

  it('lets a browser keep what has its content in its name, compressed where that is understood', async () => {
    const plain = await get('/admin/assets/index-1.js');
    expect([plain.status, plain.text]).toEqual([200, 'hello()']);
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    const zipped = await get('/admin/assets/index-1.js', { 'accept-encoding': 'br, gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect((await get('/admin/icon.svg')).headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-store',
    });
  });

  it.each([
    '/admin/assets/index-0.js',
    '/admin/assets/index-1.js.map',
    '/admin/assets/../../secret.js',
    '/admin/assets/..%2f..%2fsecret.js',
  ])('has nothing at %s', async (path) => {
    const { status, text } = await get(path);
    expect([status, text.includes('not to be served')]).toEqual([404, false]);
  });
});

describe('an admin that was not built', () => {
  it('keeps nothing from starting, and is told as not there', async () => {
    const api = await RunningApi.start({ ADMIN_DIR: '/nowhere' });
    for (const path of ['/', '/admin', '/admin/', '/admin/assistants'])
      expect([path, (await api.call('GET', path, { token: null })).status]).toEqual([path, 404]);
    await api.stop();
  });
});
