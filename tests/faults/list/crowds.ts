import { eventually } from '../../support/eventually.js';
import { expectThat, type Fault } from '../fault.js';
import { preparedAt } from '../harness/consents.js';
import { Load } from '../harness/load.js';
import { accessTokenSeconds } from '../harness/providers.js';
import { seedGrants } from '../harness/seeded-grants.js';

/** A double click, a prefetch, a proxy that tries again. */
export const sameCallback: Fault = {
  name: 'F19',
  title: 'the same callback 50 times at once',
  expected: 'one token request; every page is a friendly one',
  async run(stage) {
    const consents = await preparedAt(stage, 'strict', 5);
    for (const consent of consents) {
      const pages = await Promise.all(Array.from({ length: 50 }, () => consent.deliver()));
      const failed = pages.filter(({ status }) => status >= 500);
      expectThat(failed.length === 0, `${failed.length} of 50 pages failed: ${failed[0]?.status} ${failed[0]?.text}`);
      await eventually(async () => {
        const { status } = await consent.outcome();
        expectThat(status === 'consented', `the consent is ${status}`);
      });
      const sends = stage.providers.sends('strict', consent.code);
      expectThat(sends === 1, `the code was sent ${sends} times`);
    }
    return {
      runs: 50 * consents.length,
      seen: `${50 * consents.length} callbacks of ${consents.length} consents, ${consents.length} token requests`,
    };
  },
};

/** A token that has just ended, and everybody asks. */
export const readersAtExpiry: Fault = {
  name: 'F21',
  title: '50 and 500 readers at once when a token has ended',
  expected: 'one refresh; everybody gets the new token',
  async run(stage) {
    const place = await stage.providers.place('strict');
    const plan = { count: 6, lifetimeSeconds: accessTokenSeconds, leadSeconds: 60 };
    const grants = await seedGrants(stage, stage.providers.scripted.strict, place, plan);
    const seen: string[] = [];
    for (const [index, { id, user, refreshToken }] of grants.entries()) {
      const readers = index < 5 ? 50 : 500;
      await stage.db.query(
        `UPDATE "grant" SET expires_at = now() - interval '1 s', issued_at = now() - interval '1 h' WHERE id = $1`,
        [id],
      );
      const begun = performance.now();
      const ask = (reader: number) =>
        stage.system.askToken({ profile: place.profile.id, user, signIn: false }, place.key, reader % stage.system.apis.length);
      const answers = await Promise.all(Array.from({ length: readers }, (_, reader) => ask(reader)));
      const tokens = new Set(answers.map(({ body, status }) => (body.status === 'ready' ? body.accessToken : `${status}`)));
      expectThat(tokens.size === 1, `${readers} readers of grant ${id} got ${tokens.size} different answers`);
      const [token = ''] = tokens;
      expectThat(stage.providers.scripted.strict.isAccessTokenAlive(token), `the token of grant ${id} is dead`);
      expectThat(stage.providers.sends('strict', refreshToken) === 1, `the token of grant ${id} was sent more than once`);
      seen.push(`${readers} in ${Math.round(performance.now() - begun)} ms`);
    }
    return { runs: grants.length, seen: `one refresh each; all answered: ${seen.join(', ')}` };
  },
};

/** Tokens that were issued in the same moment end in the same moment. */
export const sameSecond: Fault = {
  name: 'F22',
  title: '1,000 tokens that end in the same second (the bench has 10,000)',
  expected: 'all are refreshed before; no expired token is handed out',
  async run(stage) {
    const load = await Load.start(stage, {
      refreshesPerSecond: 0,
      readsPerSecond: 50,
      consentsPerSecond: 0,
      lifetimeSeconds: 120,
      together: 1000,
    });
    const begun = performance.now();
    const all = async () => expectThat(load.refreshed >= 1000, `${load.refreshed} of 1000 are refreshed`);
    await eventually(all, { withinMs: 60_000 });
    const seconds = (performance.now() - begun) / 1000;
    await load.retire();
    const { asked, ready, useless } = load.heard;
    expectThat(useless.length === 0, `${useless.length} tokens handed out were of no use`);
    expectThat(seconds < 30, `it took ${seconds.toFixed(1)} s, longer than the tokens lived`);
    return {
      runs: 1000,
      seen: `all refreshed within ${seconds.toFixed(1)} s, 30 s before their end; ${ready} tokens in ${asked} asks, 0 expired`,
    };
  },
};
