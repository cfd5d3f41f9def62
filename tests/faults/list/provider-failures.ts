import { readFileSync, writeFileSync } from 'node:fs';
import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { eventually } from '../../support/eventually.js';
import type { ScriptedAnswer } from '../../support/scripted-provider/scripted-answer.js';
import type { ScriptedProvider } from '../../support/scripted-provider/scripted-provider.js';
import { expectThat, type Fault } from '../fault.js';
import { type SeededGrant, seedGrants } from '../harness/seeded-grants.js';
import type { Stage } from '../harness/stage.js';

/** A grant at a provider of its own that answers refreshes so. */
interface Trial {
  provider: ScriptedProvider;
  grant: SeededGrant;
  profile: string;
  key: string;
}

async function trial(stage: Stage, answer: ScriptedAnswer, times: number): Promise<Trial> {
  const provider = await stage.providers.add({ mode: 'strict' });
  const profile = await stage.system.givenProfile(provider);
  const { key } = await stage.system.givenRuntimeKey(profile.assistantId);
  const [grant] = await seedGrants(stage, provider, { profile, key }, { count: 1, lifetimeSeconds: 3600, leadSeconds: 60 });
  if (!grant) throw new Error('no grant');
  provider.answerNextToken(answer, times, 'refresh_token');
  await stage.system.asOperator('POST', `/v1/grants/${grant.id}/refresh`);
  return { provider, grant, profile: profile.id, key };
}

async function view({ system }: Stage, { grant, key }: Trial): Promise<GrantView> {
  return (await system.api<GrantView>('GET', `/v1/grants/${grant.id}`, { token: key })).body;
}

/** The failure that the grant shows, or that it was refreshed. */
function told(stage: Stage, one: Trial): Promise<string> {
  return eventually(
    async () => {
      const { lastFailure, tokenVersion, status } = await view(stage, one);
      expectThat(lastFailure !== null || tokenVersion > 1 || status !== 'active', 'nothing came of the refresh yet');
      return status === 'active' ? (lastFailure ?? 'refreshed') : status;
    },
    { withinMs: 30_000 },
  );
}

async function expectHandedOut({ system }: Stage, one: Trial): Promise<void> {
  const { body, text } = await system.askToken({ profile: one.profile, user: one.grant.user, signIn: false }, one.key);
  expectThat(
    body.status === 'ready' && one.provider.isAccessTokenAlive(body.accessToken),
    `no living token: ${text.slice(0, 200)}`,
  );
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();
/** The rest that Retry-After asks for is waited for: it closes the way to the provider for every grant. */
const busy: { name: string; answer: () => ScriptedAnswer; times: number; restSeconds: number }[] = [
  ...[500, 502, 503].map((status) => ({
    name: String(status),
    answer: () => ({ status, processed: false }),
    times: 3,
    restSeconds: 3,
  })),
  { name: '429, Retry-After 8', answer: () => ({ status: 429, headers: { 'retry-after': '8' } }), times: 1, restSeconds: 5 },
  {
    name: '503, Retry-After as a date',
    answer: () => ({ status: 503, headers: { 'retry-after': inSeconds(8) } }),
    times: 1,
    restSeconds: 5,
  },
];

/** A provider that has a problem of its own, and says so. */
export const busyProvider: Fault = {
  name: 'F14',
  title: 'provider answers 500, 502 and 503 three times in a row, 429 and 503 with Retry-After',
  expected: 'a backoff or Retry-After, the old token meanwhile, no reconnect; then it is refreshed',
  async run(stage) {
    const seen: string[] = [];
    for (const { name, answer, times, restSeconds } of busy) {
      const one = await trial(stage, answer(), times);
      for (let time = 1; time <= times; time += 1) {
        await eventually(async () => {
          const { rows } = await stage.db.query<{ rests: boolean }>(
            `SELECT failures = $2 AND attempt IS NULL AND due_at > now() + make_interval(secs => $3) AS rests FROM "grant" WHERE id = $1`,
            [one.grant.id, time, restSeconds],
          );
          expectThat(rows[0]?.rests === true, `after ${name} the grant does not rest for ${restSeconds} s`);
        });
        await expectHandedOut(stage, one);
        if (times > 1)
          await stage.db.query('UPDATE "grant" SET due_at = now(), queued_until = NULL WHERE id = $1', [one.grant.id]); // the rest is over
      }
      expectThat((await told(stage, one)) !== 'reconnect_required', `${name} ended the grant`);
      await eventually(async () => expectThat((await view(stage, one)).tokenVersion === 2, `not refreshed after ${name}`), {
        withinMs: 60_000,
      });
      seen.push(`${name} × ${times}`);
    }
    return { runs: seen.length, seen: `${seen.join('; ')}: the rest was kept, then refreshed; no grant ended` };
  },
};

/** What an answer that is no good answer must come to: an active grant, or one whose provider said no. */
const oddAnswers: { answer: ScriptedAnswer; comesTo: RegExp }[] = [
  { answer: 'huge', comesTo: /^unreadable/ },
  { answer: 'gzip-bomb', comesTo: /^unreadable/ },
  { answer: 'html-200', comesTo: /^unreadable/ },
  { answer: 'huge-headers', comesTo: /^(unreadable|no_answer|reset|unknown|response)/ },
  { answer: 'half-answer', comesTo: /./ },
  { answer: 'reset-before-answer', comesTo: /./ },
  { answer: 'error-200', comesTo: /^reconnect_required$/ },
  { answer: 'empty-400', comesTo: /^reconnect_required$/ },
  { answer: 'form-encoded', comesTo: /^refreshed$/ },
  { answer: 'wrong-content-type', comesTo: /^refreshed$/ },
  { answer: 'no-expires-in', comesTo: /^refreshed$/ },
  { answer: 'token-type-case', comesTo: /^refreshed$/ },
];
const mebibyte = 1024 * 1024;

export const oddProvider: Fault = {
  name: 'F16',
  title: 'answers that are huge, compressed bombs, HTML, half, errors that call themselves 200, or good ones in odd form',
  expected: 'each comes to its class, and the memory of the workers grows by less than 20 MiB',
  async run(stage) {
    const pids = stage.system.workers.map(({ pid }) => pid);
    await told(stage, await trial(stage, 500, 1)); // what a first failure loads is no growth
    const before = pids.map(forgottenPeak);
    const seen: string[] = [];
    for (const { answer, comesTo } of oddAnswers) {
      const outcome = await told(stage, await trial(stage, answer, 1));
      expectThat(comesTo.test(outcome), `${String(answer)} came to ${outcome}`);
      seen.push(`${String(answer)} → ${outcome}`);
    }
    const grown = Math.max(...pids.map((pid, index) => (peakBytes(pid) - (before[index] ?? 0)) / mebibyte));
    expectThat(grown < 20, `a worker grew by ${grown.toFixed(1)} MiB`);
    return { runs: oddAnswers.length, seen: `${seen.join(', ')}; peak memory +${grown.toFixed(1)} MiB` };
  },
};

/** The most memory that the process has held, from here on. */
function forgottenPeak(pid: number): number {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return peakBytes(pid);
}

function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

export const redirectingProvider: Fault = {
  name: 'F17',
  title: 'token endpoint answers with a redirect: 302, 303, 307, 308',
  expected: 'refused as a wrong setting; nothing is sent to where it leads',
  async run(stage) {
    const kinds = ['redirect-302', 'redirect-303', 'redirect-307', 'redirect-308'] as const;
    const seen: string[] = [];
    for (const kind of kinds) {
      const one = await trial(stage, kind, 1);
      const outcome = await told(stage, one);
      expectThat(outcome.startsWith('configuration'), `${kind} came to ${outcome}`);
      await expectHandedOut(stage, one);
      const elsewhere = one.provider.requests.filter(({ path }) => path !== '/token');
      expectThat(elsewhere.length === 0, `${kind} was followed to ${elsewhere[0]?.path}`);
      seen.push(outcome);
    }
    return { runs: kinds.length, seen: `${[...new Set(seen)].join(', ')}; followed 0 times` };
  },
};
