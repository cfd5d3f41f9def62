import { randomUUID } from 'node:crypto';
import { PageWalker } from '@grantkeeper/local-stack/demo/page-walker';
import { type DemoProvider, startDemoProvider } from '@grantkeeper/local-stack/demo-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { killAt } from './faults/kills.js';
import { deliverAgain, holdSweeper, letSweeper } from './faults/queues.js';
import { eventually } from './support/eventually.js';
import { type PreparedConsent, prepareConsent } from './support/prepared-consent.js';
import { type System, startSystem } from './support/system.js';

const kills = 3;
let system: System;
let provider: DemoProvider;
let place: { profile: string; key: string };
/** The code of every token request that oidc-provider has seen, in order. */
const codesSent: (string | undefined)[] = [];

beforeAll(async () => {
  system = await startSystem();
  const id = randomUUID();
  provider = await startDemoProvider({
    port: 0,
    redirectUris: [`${system.publicUrl}/callback/${id}`],
    accessTokenSeconds: 3600,
    adapter: 'memory',
    requestLog: ({ grantType, code }) => void (grantType === 'authorization_code' && codesSent.push(code)),
  });
  const advanced = { discoveryUrl: `${provider.issuer}/.well-known/openid-configuration` };
  const profile = await system.givenProfile(provider, { id, advanced, scope: [{ value: 'openid' }, { value: 'email' }] });
  place = { profile: profile.id, key: (await system.givenRuntimeKey()).key };
}, 180_000);
afterAll(async () => {
  await system.stop();
  await provider.stop();
}, 180_000);

function worker() {
  const [one] = system.workers;
  if (!one) throw new Error('this system has no worker');
  return one;
}

/** A person signs in and allows. */
async function approve(authorizationUrl: string): Promise<string> {
  const browser = new PageWalker(system.publicUrl);
  const [user] = provider.users;
  const signIn = await browser.walk(authorizationUrl);
  const asked = await browser.walk(`${signIn.url}/login`, { login: user?.login ?? '', password: user?.password ?? '' });
  return (await browser.walk(`${asked.url}/allow`, {})).url;
}

async function killInEach(point: string): Promise<PreparedConsent[]> {
  await worker().stop();
  const consents: PreparedConsent[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const consent = await prepareConsent(system, { approve }, place);
    const killed = new Set([await killAt(worker(), `exchange.${point}`, () => void consent.deliver())]);
    while (!killed.has(consent.authorizationId)) killed.add(await killAt(worker(), `exchange.${point}`, () => {}));
    await holdSweeper(system, 'authorization', consent.authorizationId);
    await system.db.query(`UPDATE "authorization" SET sent_at = now() WHERE state = 'exchanging'`); // the clock of those before it stands still
    consents.push(consent);
  }
  await worker().start();
  await letSweeper(system, 'authorization');
  await deliverAgain(system, 'authorizations.exchange');
  return consents;
}

async function statuses(consents: readonly PreparedConsent[]): Promise<string[]> {
  return Promise.all(consents.map(async (consent) => (await consent.outcome()).status));
}

function sends(consents: readonly PreparedConsent[]): number[] {
  return consents.map(({ code }) => codesSent.filter((sent) => sent === code).length);
}

/** The provider named the account, so the person continues once more; then the token is good for the provider's userinfo. */
async function expectConfirmable(consents: readonly PreparedConsent[]): Promise<void> {
  for (const { browser, ask, key, signInUrl } of consents) {
    const asked = await system.askToken({ ...ask, signIn: false }, key);
    expect(asked.body).toEqual({ status: 'consent_required' });
    await browser.untilStill(await browser.submit(await browser.open(signInUrl)));
    const { body } = await system.askToken({ ...ask, waitSeconds: 10 }, key);
    expect(body.status).toBe('ready');
    const token = body.status === 'ready' ? body.accessToken : '';
    const info = await fetch(provider.userinfoUrl, { headers: { authorization: `Bearer ${token}` } });
    expect(await info.json()).toMatchObject({ sub: provider.users[0]?.login });
  }
}

describe(`a worker killed ${kills} times while it exchanges a code at oidc-provider`, () => {
  it.each(['before-mark', 'after-settle'])(
    'loses nothing at %s: one token request, and the token works',
    async (point) => {
      const consents = await killInEach(point);
      await eventually(async () => expect(await statuses(consents)).toEqual(consents.map(() => 'confirming')));
      expect(sends(consents)).toEqual(consents.map(() => 1));
      await expectConfirmable(consents);
      await worker().stop();
    },
    180_000,
  );

  it.each([
    { point: 'after-mark', requests: 0 },
    { point: 'after-first-byte', requests: 1 },
    { point: 'after-answer', requests: 1 },
  ])(
    'never sends the code again at $point: outcome unknown, and a new consent works',
    async ({ point, requests }) => {
      const consents = await killInEach(point);
      expect(await statuses(consents)).toEqual(consents.map(() => 'exchanging'));

      await system.db.query(`UPDATE "authorization" SET sent_at = sent_at - interval '31 s' WHERE state = 'exchanging'`); // the clock moves on
      await eventually(async () => expect(await statuses(consents)).toEqual(consents.map(() => 'outcome_unknown')));
      expect(sends(consents)).toEqual(consents.map(() => requests));

      const [{ user } = { user: '' }] = consents.map(({ ask }) => ask);
      const again = await prepareConsent(system, { approve }, { ...place, user });
      await again.browser.untilStill(await again.deliver());
      await expectConfirmable([again]);
      expect(sends([again])).toEqual([1]);
      await worker().stop();
    },
    180_000,
  );
});
