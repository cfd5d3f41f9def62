import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('one open authorization for one user', () => {
  let system: System;
  let provider: ScriptedProvider;
  let key: string;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem({ api: 2 });
    key = (await system.givenRuntimeKey()).key;
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  it('50 first asks at once, at two apis, get the same link', async () => {
    const { id: profile } = await system.givenProfile(provider);

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => system.askToken({ profile, user: 'first' }, key, index % 2)),
    );

    expect(answers.map(({ body }) => body.status)).toEqual(Array(50).fill('consent_required'));
    expect(new Set(answers.map(({ body }) => 'signInUrl' in body && body.signInUrl)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => 'authorizationId' in body && body.authorizationId)).size).toBe(1);
  });

  it('asks at once that differ each get a link, and only the last one opened still leads on', async () => {
    const { id: profile } = await system.givenProfile(provider);
    const names = ['Zoë', 'Zoé', 'Zoe'];

    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        system.askToken({ profile, user: 'differs', signIn: { displayName: names[index % names.length] ?? '' } }, key, index % 2),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    const links = new Set(answers.map(({ body }) => ('signInUrl' in body && body.signInUrl) || ''));
    const pages = await Promise.all([...links].map((link) => new Browser().open(link)));
    expect(pages.filter(({ status }) => status !== 200 && status !== 410)).toEqual([]);
    expect(pages.filter(({ forms }) => forms.length > 0)).toHaveLength(1);
  });

  it('a newer ask ends a consent under way: its code makes no token request', async () => {
    const { id: profile } = await system.givenProfile(provider);
    const ask = (displayName: string) => system.askToken({ profile, user: 'again', signIn: { displayName } }, key);
    const first = await ask('before');
    if (first.body.status !== 'consent_required' || !first.body.signInUrl) throw new Error('expected a sign-in link');
    const browser = new Browser();
    const callback = provider.approve(await browser.continueToProvider(first.body.signInUrl));

    await ask('after');
    const page = await browser.untilStill(await browser.open(callback, { crossSite: true }));

    expect(page.status).toBeLessThan(500);
    expect(page.text).toContain('Nothing was connected with this link');
    expect(provider.tokenRequests({ code: new URL(callback).searchParams.get('code') ?? '' })).toEqual([]);
    const ended = await system.api('GET', `/v1/authorizations/${first.body.authorizationId}`, { token: key });
    expect(ended.body).toMatchObject({ status: 'abandoned', grantId: null });
  });

  it('a sign-out ends it too, and the link says so', async () => {
    const grant = await system.givenGrant(provider);
    await system.db.query(`UPDATE "grant" SET status = 'reconnect_required', reason = 'invalid_grant' WHERE id = $1`, [
      grant.ready.grantId,
    ]);
    const asked = await system.askToken({ profile: grant.profile.id, user: grant.user }, grant.key);
    if (asked.body.status !== 'reconnect_required' || !asked.body.signInUrl) throw new Error('expected a sign-in link');

    const signedOut = await system.api('DELETE', `/v1/grants/${grant.ready.grantId}`, { token: grant.key });

    expect(signedOut).toMatchObject({ status: 200, body: { revocation: 'revoked' } });
    const page = await new Browser().open(asked.body.signInUrl);
    expect(page.status).toBeLessThan(500);
    expect(page.forms).toEqual([]);
  });
});
