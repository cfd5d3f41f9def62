import { eventually } from '../../support/eventually.js';
import { prepareConsent } from '../../support/prepared-consent.js';
import { expectThat, type Fault } from '../fault.js';
import { accessTokenSeconds } from '../harness/providers.js';
import { seedGrants } from '../harness/seeded-grants.js';
import { deliverAgain } from '../queues.js';

const copies = 20;
const each = 10;

/** The jobs of refreshes and exchanges come again and again while these are under way and after. */
export const duplicateJobs: Fault = {
  name: 'F20',
  title: `every job delivered ${copies} times more, in any order`,
  expected: 'one token request for each code and each refresh token',
  async run(stage) {
    const { system, providers } = stage;
    const place = await providers.place('strict');
    const plan = { count: each, lifetimeSeconds: accessTokenSeconds, leadSeconds: 60 };
    const grants = await seedGrants(stage, providers.scripted.strict, place, plan);
    const wanted = { profile: place.profile.id, key: place.key };
    const consents = await Promise.all(grants.map(() => prepareConsent(system, providers.scripted.strict, wanted)));

    for (const { id } of grants) await system.asOperator('POST', `/v1/grants/${id}/refresh`);
    await Promise.all(consents.map((consent) => consent.deliver()));
    const delivered =
      (await deliverAgain(stage, 'grants.refresh', copies)) + (await deliverAgain(stage, 'authorizations.exchange', copies));
    await eventually(async () => {
      const open = await Promise.all(consents.map(async (consent) => (await consent.outcome()).status));
      expectThat(
        open.every((status) => status === 'consented'),
        `consents are ${open.join(', ')}`,
      );
    });

    const presented = [...grants.map(({ refreshToken }) => refreshToken), ...consents.map(({ code }) => code)];
    const sends = presented.map((one) => providers.sends('strict', one));
    expectThat(
      sends.every((count) => count === 1),
      `token requests for each: ${sends.join(', ')}`,
    );
    return {
      runs: delivered,
      seen: `${delivered} copies, ${sends.length} token requests for ${presented.length} codes and tokens`,
    };
  },
};
