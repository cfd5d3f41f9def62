import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { prepareConsent } from '../../support/prepared-consent.js';
import { expectThat, type Fault } from '../fault.js';
import { accessTokenSeconds } from '../harness/providers.js';
import { seedGrants } from '../harness/seeded-grants.js';
import type { Stage } from '../harness/stage.js';

const awayMs = 3_000;

/** The provider has answered, the answer is in the worker's memory, and PostgreSQL is killed. */
export const postgresDiesBeforeCommit: Fault = {
  name: 'F7',
  title: 'PostgreSQL is killed between the provider’s answer and the commit',
  expected: 'the answer is held and stored when PostgreSQL is back; one request, and the user notices nothing',
  async run(stage, { full }) {
    const runs = full ? 20 : 2;
    const [flying, ...others] = stage.system.workers;
    if (!flying) throw new Error('a worker is needed');
    await Promise.all(others.map((one) => one.stop()));
    for (let run = 0; run < runs; run += 1) {
      await refreshThrough(stage);
      await exchangeThrough(stage);
    }
    return {
      runs: 2 * runs,
      seen: `${runs} refreshes and ${runs} exchanges stored after ${awayMs / 1000} s without PostgreSQL, each sent once`,
    };
  },
};

async function refreshThrough(stage: Stage): Promise<void> {
  const { providers, system } = stage;
  const place = await providers.place('strict');
  const plan = { count: 1, lifetimeSeconds: accessTokenSeconds, leadSeconds: 60 };
  const [grant] = await seedGrants(stage, providers.scripted.strict, place, plan);
  if (!grant) throw new Error('a grant is needed');
  await dieAtAnswer(stage, 'refresh', () => system.asOperator('POST', `/v1/grants/${grant.id}/refresh`));
  await eventually(
    async () => {
      const { rows } = await stage.db.query('SELECT version, attempt FROM "grant" WHERE id = $1', [grant.id]);
      expectThat(rows[0]?.version === 2 && rows[0].attempt === null, `the grant is ${JSON.stringify(rows[0])}`);
    },
    { withinMs: 20_000 },
  );
  expectThat(providers.sends('strict', grant.refreshToken) === 1, 'the refresh token was sent more than once');
}

async function exchangeThrough(stage: Stage): Promise<void> {
  const { providers, system } = stage;
  const place = await providers.place('strict');
  const consent = await prepareConsent(system, providers.scripted.strict, { profile: place.profile.id, key: place.key });
  await dieAtAnswer(stage, 'exchange', () => void consent.deliver().catch(() => undefined));
  await eventually(
    async () => {
      const { status } = await consent.outcome();
      expectThat(status === 'consented', `the authorization is ${status}`);
    },
    { withinMs: 20_000 },
  );
  expectThat(providers.sends('strict', consent.code) === 1, 'the code was sent more than once');
}

async function dieAtAnswer(stage: Stage, flight: 'refresh' | 'exchange', begin: () => unknown): Promise<void> {
  const worker = stage.worker();
  await worker.stop();
  const step = `${flight}.after-answer`;
  const seen = worker.log.lines.length;
  await worker.start({ failPoint: `${step}:stop` });
  await begin();
  await eventually(
    () =>
      expectThat(
        worker.log.lines.slice(seen).some(({ json }) => json?.failPoint === step),
        `${step} is not reached`,
      ),
    { withinMs: 20_000 },
  );
  await stage.postgres.kill();
  stage.note(`PostgreSQL is killed, ${step}`);
  worker.thaw();
  await pause(awayMs);
  await stage.postgres.start();
}
