import { eventually } from '../../support/eventually.js';
import { expectThat, type Fault, type Outcome, type Scale } from '../fault.js';
import { consentedAt } from '../harness/consents.js';
import { dieAt, type Point, queueJobs, refreshJob, Tally } from '../harness/deaths.js';
import { accessTokenSeconds, type ProviderName } from '../harness/providers.js';
import { seedGrants } from '../harness/seeded-grants.js';
import type { Stage } from '../harness/stage.js';
import { GrantRows, type Victim } from '../harness/victims.js';

const names = ['strict', 'reuse', 'constant', 'oidc'] as const;
/** Flights of each provider in one round. */
const batch: Record<ProviderName, number> = { strict: 8, reuse: 6, constant: 6, oidc: 6 };

/** Workers die in refreshes; each flight counts where it was caught, by its last step and by what PostgreSQL and the provider hold. */
export const refreshKills: Fault = {
  name: 'F10',
  title: 'worker killed by SIGKILL in refreshes, at each of five points, against four kinds of providers',
  expected:
    'nothing lost before the mark and after the settle; between: one re-send heals where the provider allows it, else the old token to its end, then the truth; never a third send',
  run: (stage, scale) => new RefreshKills(stage, scale).run(),
};

class RefreshKills {
  private readonly rows: GrantRows;
  private readonly tally: Tally<ProviderName>;
  private readonly free = new Map<ProviderName, Victim[]>(names.map((name) => [name, []]));
  /** Caught between mark and settle: their clocks stand still until all rounds are over. */
  private readonly parked: Victim[] = [];
  private rounds = 0;
  /** For how many rounds consents are given at once at oidc-provider, whose grants cannot be seeded. */
  private readonly consentsAhead: number;

  constructor(
    private readonly stage: Stage,
    { kills }: Scale,
  ) {
    this.rows = new GrantRows(stage);
    this.consentsAhead = kills < 5 ? 1 : 2;
    const some = Math.min(kills, 20);
    this.tally = new Tally({ strict: kills, reuse: some, constant: some, oidc: some });
  }

  async run(): Promise<Outcome> {
    const { stage } = this;
    for (const name of names) await this.fill(name);
    await Promise.all(stage.system.workers.map((worker) => worker.stop()));
    for (let next = this.tally.next(); next !== null; next = this.tally.next()) await this.round(next.point, next.providers);
    stage.note(`${this.rounds} rounds: ${this.tally.told()}`);
    await this.rows.standStill(this.parked);
    await Promise.all(stage.system.workers.map((worker) => worker.start()));
    const healed = await this.expectNothingLostOutside();
    const inside = await this.expectTruthInside();
    return {
      runs: this.tally.total,
      seen: `${this.rounds} dead workers; caught before mark/after mark/after first byte/after answer/after settle: ${this.tally.told()}; outside the window 0 of ${healed} lost; ${inside}`,
    };
  }

  private async fill(name: ProviderName): Promise<void> {
    const have = this.free.get(name) ?? [];
    const count = batch[name] * (name === 'oidc' ? this.consentsAhead : 10);
    const { key, profile } = await this.stage.providers.place(name);
    const add = (id: string, user: string) =>
      have.push({ id, user, provider: name, profile: profile.id, key, version: 0, token: '' });
    if (name === 'oidc') for (const { id, user } of await consentedAt(this.stage, 'oidc', count)) add(id, user);
    else {
      const plan = { count, lifetimeSeconds: accessTokenSeconds, leadSeconds: 60, constant: name === 'constant' };
      const seeded = await seedGrants(this.stage, this.stage.providers.scripted[name], { key, profile }, plan);
      for (const { id, user } of seeded) add(id, user);
    }
  }

  /** One worker dies; whoever was under way is told apart. */
  private async round(point: Point, providers: readonly ProviderName[]): Promise<void> {
    this.rounds += 1;
    if (this.rounds > 1000) throw new Error(`too many rounds: ${this.tally.told()}`);
    const victims: Victim[] = [];
    for (const name of providers) {
      const have = this.free.get(name) ?? [];
      if (have.length < batch[name]) await this.refill(name);
      victims.push(...have.slice(0, batch[name]));
    }
    await this.rows.standStill(this.parked);
    await this.rows.makeDue(victims);
    await this.rows.read(victims);
    await queueJobs(
      this.stage,
      victims.map(({ id, version }) => refreshJob({ grantId: id, version })),
    );
    const least = point === 'before-mark' ? 1 : Math.ceil(victims.length / 2);
    const hit = this.stage.random.between(least, victims.length);
    const last = await dieAt(this.stage, 'refresh', point, hit);
    const after = await this.rows.states(victims);
    for (const victim of victims) this.sort(victim, last.get(victim.id), after.get(victim.id));
  }

  /** Consents at oidc-provider need a worker that lives; the others are seeded. */
  private async refill(name: ProviderName): Promise<void> {
    if (name !== 'oidc') return this.fill(name);
    await this.rows.hold([...this.free.values()].flat());
    await this.stage.worker().start();
    await this.fill(name);
    await this.stage.worker().stop();
  }

  private sort(
    victim: Victim,
    last: Point | undefined,
    now: { version: number; marked: boolean; status: string } | undefined,
  ): void {
    if (now?.status !== 'active') throw new Error(`grant ${victim.id} is ${now?.status} after a kill; its last step was ${last}`);
    const sends = this.stage.providers.sends(victim.provider, victim.token);
    if (now.version > victim.version) this.tally.add(victim.provider, 'after-settle');
    else if (now.marked) this.park(victim, last, sends);
    else if (last === 'before-mark') this.tally.add(victim.provider, 'before-mark');
    else if (last !== undefined) throw new Error(`grant ${victim.id} has no mark after ${last}`);
  }

  private park(victim: Victim, last: Point | undefined, sends: number): void {
    const sent = last === 'after-first-byte' || last === 'after-answer' || sends > 0;
    this.tally.add(victim.provider, sent ? (last === 'after-answer' ? 'after-answer' : 'after-first-byte') : 'after-mark');
    this.free.set(
      victim.provider,
      (this.free.get(victim.provider) ?? []).filter((one) => one !== victim),
    );
    this.parked.push(victim);
  }

  /** Who was caught before the mark or after the settle holds a good, newest token in the end. */
  private async expectNothingLostOutside(): Promise<number> {
    const all = [...this.free.values()].flat();
    await this.rows.release(all);
    await eventually(
      async () => {
        const { due, lost } = await this.rows.standing(all);
        expectThat(lost.length === 0, `lost outside the window: ${lost.join(', ')}`);
        expectThat(due === 0, `${due} grants are not refreshed yet`);
      },
      { withinMs: 60_000 },
    );
    return all.length;
  }

  private async expectTruthInside(): Promise<string> {
    const { rows, parked } = this;
    await this.expectOldTokens(parked);
    await rows.moveClock(parked, { ended: false });
    const again = parked.filter(({ provider }) => provider === 'reuse' || provider === 'constant');
    await eventually(async () => this.expectHealed(again), { withinMs: 40_000 });
    const strict = parked.filter((victim) => !again.includes(victim));
    await this.expectOldTokens(strict);
    const unsent = strict.filter(({ provider, token }) => this.stage.providers.sends(provider, token) === 0);
    const spent = strict.filter((victim) => !unsent.includes(victim));
    this.expectSends(spent, 1);

    await rows.moveClock(strict, { ended: true });
    await eventually(async () => this.expectHealed(unsent), { withinMs: 40_000 });
    await eventually(async () => this.expectAsked(spent, (body) => body.includes('"invalid_grant"')), { withinMs: 40_000 });
    this.expectSends(unsent, 1);
    this.expectSends(spent, 2);
    const [one] = spent;
    if (one) await consentedAt(this.stage, one.provider, 1, one.user);
    return `inside: ${again.length + unsent.length} healed, ${spent.length} told to reconnect when the old token had ended, none sent more than twice`;
  }

  private expectOldTokens(victims: readonly Victim[]): Promise<void> {
    return this.expectAsked(
      victims,
      (body, { version }) => body.includes('"ready"') && body.includes(`"tokenVersion":${version}`),
    );
  }

  private expectHealed(victims: readonly Victim[]): Promise<void> {
    return this.expectAsked(
      victims,
      (body, { version }) => body.includes('"ready"') && body.includes(`"tokenVersion":${version + 1}`),
    );
  }

  private async expectAsked(victims: readonly Victim[], isRight: (body: string, victim: Victim) => boolean): Promise<void> {
    for (const victim of victims) {
      const { profile, user, key, provider, id } = victim;
      const { text } = await this.stage.system.askToken({ profile, user, signIn: false }, key);
      expectThat(
        isRight(text, victim),
        `grant ${id} at ${provider}, version ${victim.version}: ${text.replace(/"accessToken":"[^"]*"/, '')}`,
      );
    }
  }

  private expectSends(victims: readonly Victim[], wanted: number): void {
    for (const { id, provider, token } of victims) {
      const sends = this.stage.providers.sends(provider, token);
      expectThat(sends === wanted, `the refresh token of grant ${id} was sent ${sends} times to ${provider}, not ${wanted}`);
    }
  }
}
