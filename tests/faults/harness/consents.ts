import { type PreparedConsent, prepareConsent } from '../../support/prepared-consent.js';
import type { ProviderName } from './providers.js';
import type { Stage } from './stage.js';

/** Consents that have come as far as the provider's yes. */
export async function preparedAt(stage: Stage, name: ProviderName, count: number, user?: string): Promise<PreparedConsent[]> {
  const [{ profile, key }, approves] = [await stage.providers.place(name), await stage.providers.approves(name)];
  const consents: PreparedConsent[] = [];
  const one = () => prepareConsent(stage.system, approves, { profile: profile.id, key, ...(user === undefined ? {} : { user }) });
  for (let left = count; left > 0; left -= 5) {
    consents.push(...(await Promise.all(Array.from({ length: Math.min(left, 5) }, one))));
  }
  return consents;
}

/** Active grants, consented by people who confirmed the account where the provider named one; a worker must be there. */
export async function consentedAt(
  stage: Stage,
  name: ProviderName,
  count: number,
  user?: string,
): Promise<{ id: string; user: string }[]> {
  const grants: { id: string; user: string }[] = [];
  for (const consent of await preparedAt(stage, name, count, user)) {
    await consent.browser.untilStill(await consent.deliver());
    await confirm(consent);
    const { body, text } = await consent.askToken(10);
    if (body.status !== 'ready') throw new Error(`expected a token after the consent: ${text}`);
    grants.push({ id: body.grantId, user: consent.ask.user });
  }
  return grants;
}

/** The second Continue, where the provider named the account. */
async function confirm(consent: PreparedConsent): Promise<void> {
  if ((await consent.outcome()).status !== 'confirming') return;
  const { browser, signInUrl } = consent;
  await browser.untilStill(await browser.submit(await browser.open(signInUrl)));
}
