import { eventually } from '../../support/eventually.js';
import type { PreparedConsent } from '../../support/prepared-consent.js';
import { expectThat, type Fault, type Outcome, type Scale } from '../fault.js';
import { consentedAt, preparedAt } from '../harness/consents.js';
import { dieAt, exchangeJob, type Point, queueJobs, Tally } from '../harness/deaths.js';
import type { ProviderName } from '../harness/providers.js';
import type { Stage } from '../harness/stage.js';

const names = ['strict', 'oidc'] as const;
type Name = (typeof names)[number];
/** Exchanges of each provider in one round. */
const batch: Record<Name, number> = { strict: 8, oidc: 5 };

/** Workers die in exchanges; each flight counts where it was caught, by its last step and by what PostgreSQL and the provider hold. */
export const exchangeKills: Fault = {
  name: 'F9',
  title: 'worker killed by SIGKILL in exchanges, at each of five points, against strict providers',
  expected:
    'before the mark and after the settle the consent is given; between, the outcome is unknown, the code is never sent again and a new consent works',
  run: (stage, scale) => new ExchangeKills(stage, scale).run(),
};

interface Victim {
  consent: PreparedConsent;
  provider: Name;
}

class ExchangeKills {
  private readonly tally: Tally<Name>;
  /** Not begun, or caught before the mark. */
  private free: Victim[] = [];
  /** Caught between mark and settle. */
  private readonly parked: Victim[] = [];
  private readonly settled: Victim[] = [];
  private readonly pages: Promise<unknown>[] = [];
  private rounds = 0;

  constructor(
    private readonly stage: Stage,
    { kills }: Scale,
  ) {
    this.tally = new Tally({ strict: kills, oidc: Math.min(kills, 20) });
  }

  async run(): Promise<Outcome> {
    const { stage } = this;
    await Promise.all(stage.system.workers.map((worker) => worker.stop()));
    for (let next = this.tally.next(); next !== null; next = this.tally.next()) await this.round(next.point, next.providers);
    stage.note(`${this.rounds} rounds: ${this.tally.told()}`);
    await Promise.all(stage.system.workers.map((worker) => worker.start()));
    const outside = [...this.free, ...this.settled];
    await eventually(() => this.expectStates(outside, ['consented', 'confirming']), { withinMs: 60_000 });
    this.expectSends(outside, [1]);
    await this.stage.db.query(
      `UPDATE "authorization" SET sent_at = sent_at - interval '31 s' WHERE state = 'exchanging' AND id = ANY ($1)`,
      [this.parked.map(({ consent }) => consent.authorizationId)],
    );
    await eventually(() => this.expectStates(this.parked, ['outcome_unknown']), { withinMs: 60_000 });
    this.expectSends(this.parked, [0, 1]);
    await Promise.all(this.pages);
    await this.consentAnew();
    return {
      runs: this.tally.total,
      seen: `${this.rounds} dead workers; caught before mark/after mark/after first byte/after answer/after settle: ${this.tally.told()}; outside the window 0 of ${outside.length} lost; inside: ${this.parked.length} told "outcome unknown", no code sent twice`,
    };
  }

  private async round(point: Point, providers: readonly ProviderName[]): Promise<void> {
    this.rounds += 1;
    if (this.rounds > 500) throw new Error(`too many rounds: ${this.tally.told()}`);
    for (const name of names.filter((one) => providers.includes(one))) {
      const fresh = await preparedAt(
        this.stage,
        name,
        batch[name] - this.free.filter(({ provider }) => provider === name).length,
      );
      this.pages.push(...fresh.map((consent) => consent.deliver())); // each waits a while for a worker, of which there is none
      this.free.push(...fresh.map((consent) => ({ consent, provider: name })));
    }
    const victims = this.free;
    await eventually(() => this.expectStates(victims, ['code_received']));
    await queueJobs(
      this.stage,
      victims.map(({ consent }) => exchangeJob(consent.authorizationId)),
    );
    const least = point === 'before-mark' ? 1 : Math.ceil(victims.length / 2);
    const hit = this.stage.random.between(least, victims.length);
    const last = await dieAt(this.stage, 'exchange', point, hit);
    const states = await this.states(victims);
    this.free = [];
    for (const victim of victims) {
      const { authorizationId } = victim.consent;
      this.sort(victim, last.get(authorizationId), states.get(authorizationId));
    }
  }

  private sort(victim: Victim, last: Point | undefined, state: string | undefined): void {
    const { consent, provider } = victim;
    if (state === 'code_received') {
      if (last === 'before-mark') this.tally.add(provider, 'before-mark');
      else if (last !== undefined) throw new Error(`authorization ${consent.authorizationId} has no mark after ${last}`);
      this.free.push(victim);
    } else if (state === 'exchanging') {
      const sent =
        last === 'after-first-byte' || last === 'after-answer' || this.stage.providers.sends(provider, consent.code) > 0;
      this.tally.add(provider, sent ? (last === 'after-answer' ? 'after-answer' : 'after-first-byte') : 'after-mark');
      this.parked.push(victim);
    } else if (state === 'consented' || state === 'confirming') {
      this.tally.add(provider, 'after-settle');
      this.settled.push(victim);
    } else throw new Error(`authorization ${consent.authorizationId} is ${state} after a kill; its last step was ${last}`);
  }

  private async states(victims: readonly Victim[]): Promise<Map<string, string>> {
    const { rows } = await this.stage.db.query<{ id: string; state: string }>(
      'SELECT id, state FROM "authorization" WHERE id = ANY ($1)',
      [victims.map(({ consent }) => consent.authorizationId)],
    );
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  private async expectStates(victims: readonly Victim[], wanted: readonly string[]): Promise<void> {
    for (const [id, state] of await this.states(victims)) expectThat(wanted.includes(state), `authorization ${id} is ${state}`);
  }

  private expectSends(victims: readonly Victim[], allowed: readonly number[]): void {
    for (const { consent, provider } of victims) {
      const sends = this.stage.providers.sends(provider, consent.code);
      expectThat(
        allowed.includes(sends),
        `the code of authorization ${consent.authorizationId} was sent ${sends} times to ${provider}`,
      );
    }
  }

  /** Who was told that nobody knows asks again, and consents. */
  private async consentAnew(): Promise<void> {
    for (const name of names)
      for (const { consent } of this.parked.filter(({ provider }) => provider === name).slice(0, 5))
        await consentedAt(this.stage, name, 1, consent.ask.user);
  }
}
