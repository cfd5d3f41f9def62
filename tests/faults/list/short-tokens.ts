import { setTimeout as pause } from 'node:timers/promises';
import { expectThat, type Fault } from '../fault.js';
import { Load } from '../harness/load.js';

const lifetimeSeconds = 30;

/** No harm but the pace: tokens that are refreshed three times a minute, each asked for every second. */
export const shortTokens: Fault = {
  name: 'short-tokens',
  title: `access tokens of ${lifetimeSeconds} s, each grant asked every second`,
  expected: 'a good token to every ask, and one refresh for each issued token',
  async run(stage, { full }) {
    const seconds = full ? 300 : 25;
    const refreshesPerSecond = full ? 12 : 3; // 200 and 50 grants
    const load = await Load.start(stage, { refreshesPerSecond, readsPerSecond: 0, consentsPerSecond: 0, lifetimeSeconds });
    const asks: Promise<void>[] = [];
    for (let second = 0; second < seconds; second += 1) {
      for (const { user } of load.grants) asks.push(load.read(user));
      await pause(1_000);
    }
    await Promise.all(asks);
    await load.retire();

    const { asked, ready, useless, unanswered } = load.heard;
    const sent = load.provider.tokenRequests({ grantType: 'refresh_token' }).map(({ refreshToken }) => refreshToken);
    const twice = sent.length - new Set(sent).size;
    expectThat(useless.length === 0, `${useless.length} tokens had ended when they were handed out`);
    expectThat(ready === asked && unanswered === 0, `${asked - ready + unanswered} of ${asked} asks got no token`);
    expectThat(twice === 0, `${twice} refresh tokens were sent twice`);
    return {
      runs: asked,
      seen: `${load.grants.length} grants for ${seconds} s: ${ready} tokens in ${asked} asks, 0 ended; ${sent.length} refreshes, none of a token twice; half of the asks answered in ${load.heard.percentile(0.5)} ms, all but 1 % in ${load.heard.percentile(0.99)} ms`,
    };
  },
};
