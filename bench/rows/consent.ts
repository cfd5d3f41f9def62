import { setTimeout as pause } from 'node:timers/promises';
import { Browser } from '../../tests/support/browser.js';
import type { Figures } from '../figures.js';
import { type Ground, providerMs, type Store } from '../ground.js';
import type { Plan } from '../plan.js';
import type { Home } from '../seed.js';
import { median } from '../stats.js';
import { requestOf, Wire } from '../wire.js';

const row = 'callback to grant';

/** From the callback's arrival to the token in the hands of a runtime that waits for it. */
export async function consent(ground: Ground, store: Store, home: Home, plan: Plan, figures: Figures): Promise<void> {
  const [api, worker] = await Promise.all([ground.start('api', store), ground.start('worker', store)]);
  const medians: number[] = [];
  let wronglyAsked = 0;
  for (let round = 0; round <= plan.rounds; round += 1) {
    const took: number[] = [];
    for (let one = 0; one < plan.consents; one += 1) {
      const { milliseconds, answers } = await consentOnce(api.port, home, `consenting-${round}-${one}`);
      took.push(milliseconds);
      wronglyAsked += answers - 1;
    }
    if (round > 0) medians.push(median(took));
  }
  figures.note(row, `callback to token, provider ${providerMs} ms, p50`, 'ms', medians, { atMost: providerMs + 30 });
  figures.note(row, 'answers that ask for a consent which was just given', '', [wronglyAsked], { atMost: 0 });
  await Promise.all([api.stop(), worker.stop()]);
}

/** Asks, consents, and asks until the token is there: once, as it should be, since the second ask waits for it. */
async function consentOnce(port: number, home: Home, user: string): Promise<{ milliseconds: number; answers: number }> {
  const wire = await Wire.open(port);
  const ask = async (waitSeconds: number): Promise<{ status: string; signInUrl?: string }> => {
    const body = JSON.stringify({ profile: 'bench', user, waitSeconds });
    const answer = await wire.ask(requestOf('POST', '/v1/token', { authorization: `Bearer ${home.runtimeKey}` }, body));
    return JSON.parse(answer.body.toString());
  };
  const { signInUrl = '' } = await ask(0);
  const browser = new Browser();
  const authorizationUrl = new URL(await browser.continueToProvider(signInUrl));
  const callback = new URL(authorizationUrl.searchParams.get('redirect_uri') ?? '');
  callback.searchParams.set('code', `code-${user}`);
  callback.searchParams.set('state', authorizationUrl.searchParams.get('state') ?? '');
  let waiting = ask(20);
  await pause(20); // the runtime has been waiting for some time
  const started = performance.now();
  const arrived = browser.open(callback.href, { crossSite: true });
  let answers = 1;
  for (; (await waiting).status !== 'ready'; answers += 1) {
    if (answers === 5) throw new Error(`no token after the consent: ${(await arrived).text}`);
    waiting = ask(20);
  }
  const milliseconds = performance.now() - started;
  await arrived;
  wire.close();
  return { milliseconds, answers };
}
