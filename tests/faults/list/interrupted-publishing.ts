import { eventually } from '../../support/eventually.js';
import { expectThat, type Fault } from '../fault.js';
import { preparedAt } from '../harness/consents.js';
import { accessTokenSeconds } from '../harness/providers.js';
import { seedGrants } from '../harness/seeded-grants.js';
import type { Stage } from '../harness/stage.js';
import { GrantRows, type Victim } from '../harness/victims.js';

const times = 5;

/** An api process dies when a command is committed and its job is not queued. */
export const apiKilledAfterCommit: Fault = {
  name: 'F12',
  title: 'api killed by SIGKILL between the commit and the queue',
  expected: 'the relay of a worker queues the job within 2 s; the consent is given with one token request',
  async run(stage) {
    const [api] = stage.system.apis;
    if (!api) throw new Error('this stage has no api');
    const waits: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const [consent] = await preparedAt(stage, 'strict', 1);
      if (!consent) throw new Error('no consent');
      await api.restart({ failPoint: 'api.after-commit:kill' });
      await consent.deliver().catch(() => undefined); // the api dies before it answers
      expectThat((await api.exited()).signal === 'SIGKILL', 'the api did not die at the fail point');
      const died = performance.now();
      await eventually(() => expectThat(stage.providers.sends('strict', consent.code) > 0, 'the code is not sent'), {
        everyMs: 20,
      });
      waits.push(performance.now() - died);
      await api.start();
      await eventually(async () => {
        const { status } = await consent.outcome();
        expectThat(status === 'consented', `the consent is ${status}`);
      });
      expectThat(stage.providers.sends('strict', consent.code) === 1, 'the code was sent twice');
    }
    const longest = Math.max(...waits);
    expectThat(longest < 3000, `the job was queued only ${Math.round(longest)} ms after the death`);
    return {
      runs: times,
      seen: `${times} kills; the code was sent ${Math.round(longest)} ms after the death at most, once each`,
    };
  },
};

/** A worker dies when its relay has queued jobs and not yet noted it. */
export const relayKilledAfterPublish: Fault = {
  name: 'F13',
  title: 'relay killed by SIGKILL between the queue and its note of it',
  expected: 'the jobs are queued twice and have one effect',
  async run(stage) {
    const place = await stage.providers.place('strict');
    const rows = new GrantRows(stage);
    let count = 0;
    for (let time = 0; time < times; time += 1) {
      await Promise.all(stage.system.workers.map((worker) => worker.stop()));
      const plan = { count: 10, lifetimeSeconds: accessTokenSeconds, leadSeconds: 60 };
      const grants = await seedGrants(stage, stage.providers.scripted.strict, place, plan);
      for (const { id } of grants) await stage.system.asOperator('POST', `/v1/grants/${id}/refresh`);
      await forgetQueueing(
        stage,
        grants.map(({ id }) => id),
      );
      await stage.worker().start({ failPoint: 'relay.after-publish:kill', awaitReady: false });
      expectThat((await stage.worker().exited()).signal === 'SIGKILL', 'the relay was not killed');
      await Promise.all(stage.system.workers.map((worker) => worker.start()));
      const victims: Victim[] = grants.map(({ id, user, refreshToken: token }) => {
        return { id, user, provider: 'strict', profile: place.profile.id, key: place.key, version: 1, token };
      });
      await eventually(
        async () => {
          const states = await rows.states(victims);
          expectThat(
            victims.every(({ id }) => states.get(id)?.version === 2),
            'not all grants are refreshed',
          );
        },
        { withinMs: 40_000 },
      );
      for (const { id, token } of victims)
        expectThat(stage.providers.sends('strict', token) === 1, `the token of grant ${id} was sent twice`);
      count += victims.length;
    }
    return { runs: times, seen: `${times} kills; ${count} refreshes queued twice, one token request each` };
  },
};

/** As though the api had died before it could queue them: their rows are unmarked, and no queue holds them. */
async function forgetQueueing({ db, system }: Stage, grantIds: readonly string[]): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await db.query(`SELECT 1 FROM job WHERE payload->>'grantId' = ANY ($1) AND queued_at IS NOT NULL`, [
      grantIds,
    ]);
    expectThat(rowCount === grantIds.length, 'the api has not queued them yet');
  });
  if (system.redis)
    for (const key of await system.redis.client.keys(`${system.queuePrefix}:*`)) await system.redis.client.del(key);
  await db.query(
    `UPDATE job SET queued_at = NULL, created_at = created_at - interval '2 s' WHERE payload->>'grantId' = ANY ($1)`,
    [grantIds],
  );
}
