import { setTimeout as pause } from 'node:timers/promises';
import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';
import { leadSeconds } from '@grantkeeper/core/grants/refresh-policy';
import type { ApiAnswer } from '../../support/api-client.js';
import { prepareConsent } from '../../support/prepared-consent.js';
import type { ScriptedProvider } from '../../support/scripted-provider/scripted-provider.js';
import { Heard } from './heard.js';
import type { Place } from './providers.js';
import { Random } from './random.js';
import { type SeededGrant, seedGrants } from './seeded-grants.js';
import type { Stage } from './stage.js';

export interface LoadPlan {
  /** How many refreshes fall due in a second, before expiry, by the product's own rule. */
  refreshesPerSecond: number;
  /** Asks for tokens of these grants; each token that comes is shown to the provider. */
  readsPerSecond: number;
  /** Consents from the link to the token. */
  consentsPerSecond: number;
  /** Of the access tokens; short, so that each of them is refreshed often. */
  lifetimeSeconds?: number;
  /** People whose grants have come to their end, truthfully, consent again: a harm must not end the load. */
  consentsAnew?: boolean;
  /** So many grants that were issued in the same moment and now fall due, instead of those of `refreshesPerSecond`. */
  together?: number;
}

/** So that the usual 20 calls at once hold nothing back where a busy machine makes each of them slow. */
const limits = { inFlight: 200 };

/** Keeps an installation busy until it is stopped: grants at a strict, rotating provider of its own. */
export class Load {
  readonly heard = new Heard();
  consented = 0;
  private isOver = false;
  /** Of its own, so that a fault's choices do not hang on how many asks went between. */
  private readonly random: Random;
  private readonly running: Promise<void>[] = [];

  private constructor(
    private readonly stage: Stage,
    readonly provider: ScriptedProvider,
    private readonly place: Place,
    readonly plan: LoadPlan,
    readonly grants: readonly SeededGrant[],
  ) {
    this.random = new Random(stage.random.seed + 1);
  }

  /** Resolves when the grants are there and the first asks are under way. */
  static async start(stage: Stage, plan: LoadPlan): Promise<Load> {
    const lifetimeSeconds = plan.lifetimeSeconds ?? 60;
    const lead = leadSeconds(lifetimeSeconds, null) ?? 0;
    const provider = await stage.providers.add({ mode: 'strict', accessTokenSeconds: lifetimeSeconds });
    const profile = await stage.system.givenProfile(provider, { advanced: { limits } });
    const place = { profile, key: (await stage.system.givenRuntimeKey(profile.assistantId)).key };
    const count = plan.together ?? Math.max(1, Math.round(plan.refreshesPerSecond * (lifetimeSeconds - 1.1 * lead)));
    const ripe = (lifetimeSeconds - lead) / lifetimeSeconds;
    const age = (index: number) => (plan.together === undefined ? ripe * (index / count) : ripe);
    const grants = await seedGrants(stage, provider, place, { count, lifetimeSeconds, leadSeconds: lead, age });
    const load = new Load(stage, provider, place, plan, grants);
    stage.note(
      `load: ${count} grants, ${plan.refreshesPerSecond} refreshes, ${plan.readsPerSecond} reads, ${plan.consentsPerSecond} consents a second`,
    );
    load.every(plan.readsPerSecond, () => load.read());
    load.every(plan.consentsPerSecond, () => load.consent());
    if (plan.consentsAnew) load.every(5, () => load.consentAnew());
    return load;
  }

  get profileId(): string {
    return this.place.profile.id;
  }

  /** Asks for the token of one of its grants, by chance unless told. */
  ask(user = this.random.pick(this.grants).user): Promise<ApiAnswer<TokenAnswer>> {
    const { stage, place } = this;
    const api = this.random.between(0, stage.system.apis.length - 1);
    return stage.system.askToken({ profile: place.profile.id, user, signIn: false }, place.key, api);
  }

  /** Asks, shows the token to the provider and keeps what was heard. */
  async read(user?: string): Promise<void> {
    const { stage, provider } = this;
    const askedAt = Date.now();
    try {
      const answer = await this.ask(user);
      const isAlive = (token: string) => provider.isAccessTokenAlive(token);
      for (const heard of [this.heard, stage.heard]) heard.token(answer, askedAt, isAlive);
    } catch {
      for (const heard of [this.heard, stage.heard]) heard.unanswered += 1;
    }
  }

  /** Refreshes that the provider has answered with new tokens. */
  get refreshed(): number {
    return this.provider.tokenRequests({ grantType: 'refresh_token' }).filter(({ answered }) => answered?.status === 200).length;
  }

  /** Ends the asking and gives what was heard to the stage; the grants go on being refreshed before they expire. */
  async stop(): Promise<Heard> {
    this.isOver = true;
    await Promise.all(this.running);
    const { asked, ready } = this.heard;
    this.stage.note(`load over: ${ready} tokens in ${asked} asks, ${this.consented} consents, ${this.refreshed} refreshes`);
    return this.heard;
  }

  /** Puts the load's grants away for good: nothing is refreshed any more. */
  async retire(): Promise<void> {
    await this.stop();
    await this.stage.system.asOperator('POST', `/v1/profiles/${this.place.profile.id}/disable`);
  }

  /** Begins `work` so often a second, whatever becomes of the earlier ones; at most 200 are under way. */
  private every(perSecond: number, work: () => Promise<void>): void {
    if (perSecond <= 0) return;
    const underWay = new Set<Promise<void>>();
    const loop = async (): Promise<void> => {
      while (!this.isOver) {
        await pause(1000 / perSecond);
        if (underWay.size >= 200) continue;
        const one = work().finally(() => underWay.delete(one));
        underWay.add(one);
      }
      await Promise.all(underWay);
    };
    this.running.push(loop());
  }

  /** One of those who are asked to reconnect does so. */
  private async consentAnew(): Promise<void> {
    const { rows } = await this.stage.db
      .query<{ user: string }>(
        `SELECT user_id AS user FROM "grant" WHERE profile_id = $1 AND status = 'reconnect_required' ORDER BY random() LIMIT 1`,
        [this.place.profile.id],
      )
      .catch(() => ({ rows: [] })); // PostgreSQL may be down just now
    if (rows[0]) await this.consent(rows[0].user);
  }

  private async consent(user?: string): Promise<void> {
    const { stage, place, provider } = this;
    try {
      const whom = user === undefined ? {} : { user };
      const consent = await prepareConsent(stage.system, provider, { profile: place.profile.id, key: place.key, ...whom });
      await consent.browser.untilStill(await consent.deliver());
      const { body } = await consent.askToken(10);
      if (body.status === 'ready') this.consented += 1;
    } catch {
      for (const heard of [this.heard, stage.heard]) heard.unanswered += 1; // a page that asks to try again, or no answer
    }
  }
}
