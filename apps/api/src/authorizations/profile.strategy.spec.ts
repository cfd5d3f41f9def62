import { createHash } from 'node:crypto';
import type { PinnedRequest } from '@grantkeeper/platform/authorizations/authorization.store';
import { describe, expect, it } from '@jest/globals';
import { acceptCode, authorizationRedirect } from './profile.strategy.js';

const pinned: PinnedRequest = {
  authorizationUrl: 'https://provider.test/authorize',
  tokenUrl: 'https://provider.test/token',
  clientId: 'client 1',
  redirectUri: 'https://grants.test/callback/7',
  scope: 'read write',
  issuer: null,
  issParameterSupported: false,
  pkce: 'S256',
  clientAuthentication: { method: 'client_secret_basic', basicEncoding: 'form' },
  origins: ['https://provider.test'],
};

async function begin(changes: Partial<PinnedRequest> = {}, extra: [string, string][] = []) {
  let kept: string | null = null;
  const url = await authorizationRedirect({ ...pinned, ...changes }, extra, async (verifier) => {
    kept = verifier;
    return 'the-state';
  });
  return { url, params: new URL(url).searchParams, verifier: kept as string | null };
}

describe('the authorization request', () => {
  it('carries what RFC 6749 section 4.1.1 asks for, with our state', async () => {
    const { params } = await begin();
    expect(Object.fromEntries(params)).toMatchObject({
      response_type: 'code',
      client_id: 'client 1',
      redirect_uri: 'https://grants.test/callback/7',
      scope: 'read write',
      state: 'the-state',
    });
  });

  it('proves the code with a fresh S256 challenge each time, the verifier kept apart', async () => {
    const [one, two] = [await begin(), await begin()];
    expect(one.verifier).toMatch(/^[\w-]{43}$/);
    expect(one.verifier).not.toBe(two.verifier);
    expect(one.params.get('code_challenge_method')).toBe('S256');
    expect(one.params.get('code_challenge')).toBe(
      createHash('sha256')
        .update(one.verifier ?? '')
        .digest('base64url'),
    );
    expect(one.url).not.toContain(one.verifier);
  });

  it('sends no challenge where the profile has PKCE off', async () => {
    const { params, verifier } = await begin({ pkce: 'off' });
    expect(verifier).toBeNull();
    expect([...params.keys()].filter((name) => name.startsWith('code_challenge'))).toEqual([]);
  });

  it('leaves out an empty scope and adds the further parameters', async () => {
    const { params } = await begin({ scope: '' }, [
      ['audience', 'https://api.test/?a=1&b=2'],
      ['prompt', 'login consent'],
    ]);
    expect(params.has('scope')).toBe(false);
    expect(params.get('audience')).toBe('https://api.test/?a=1&b=2');
    expect(params.get('prompt')).toBe('login consent');
  });

  it.each([
    'https://provider.test/authorize?tenant=%7Ba%7D&x=a+b&&y',
    'https://provider.test/o/%E4%B8%AD/authorize?ünïcode=1',
    'https://provider.test?only=query',
  ])('keeps %s byte for byte', async (authorizationUrl) => {
    const { url } = await begin({ authorizationUrl });
    expect(url.startsWith(`${authorizationUrl}&`)).toBe(true);
  });

  it('cannot have its own parameters replaced by further ones', async () => {
    const { params } = await begin({}, [
      ['state', 'mine'],
      ['redirect_uri', 'https://evil.test'],
    ]);
    expect(params.getAll('state')).toEqual(['the-state']);
    expect(params.getAll('redirect_uri')).toEqual(['https://grants.test/callback/7']);
  });

  it('fails as a whole when the state could not be kept', async () => {
    const failure = new Error('no database');
    await expect(authorizationRedirect(pinned, [], () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

describe('an accepted code', () => {
  it('is handed over, once, instead of being sent to the token endpoint', async () => {
    const handed: string[] = [];
    await acceptCode(pinned, { code: 'the code/+=', state: 'the-state' }, async (code) => void handed.push(code));
    expect(handed).toEqual(['the code/+=']);
  });

  it('is not accepted when it could not be handed over', async () => {
    const handOver = () => Promise.reject(new Error('no database'));
    await expect(acceptCode(pinned, { code: 'code', state: 'the-state' }, handOver)).rejects.toThrow();
  });
});
