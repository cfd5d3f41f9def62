import { deepStrictEqual } from 'node:assert/strict';
import type { SendOutcome } from '@grantkeeper/core/grants/answer-class';
import type { Flight, FlightStore, Prepared, View } from './flight-store.js';

/** Does everything in two stores and throws where they differ: what holds of the one then holds of the other. */
export class ComparedStore implements FlightStore {
  constructor(
    private readonly model: FlightStore,
    private readonly real: FlightStore,
  ) {}

  async begin(kind: 'exchange' | 'refresh', worker: number, attempt: string): Promise<Flight | null> {
    const [model, real] = [await this.model.begin(kind, worker, attempt), await this.real.begin(kind, worker, attempt)];
    deepStrictEqual(real !== null, model !== null, 'what the read says');
    return model && real && new ComparedFlight(model, real);
  }

  async consent(authorizationId: string, code: string): Promise<void> {
    await this.model.consent(authorizationId, code);
    await this.real.consent(authorizationId, code);
  }

  async signOut(): Promise<void> {
    await this.model.signOut();
    await this.real.signOut();
  }

  async rewrap(): Promise<void> {
    await this.model.rewrap();
    await this.real.rewrap();
  }

  async enable(isEnabled: boolean): Promise<void> {
    await this.model.enable(isEnabled);
    await this.real.enable(isEnabled);
  }

  async expire(): Promise<void> {
    await this.model.expire();
    await this.real.expire();
  }

  async databaseLost(): Promise<void> {
    await this.model.databaseLost();
    await this.real.databaseLost();
  }

  async elapse(milliseconds: number): Promise<void> {
    await this.model.elapse(milliseconds);
    await this.real.elapse(milliseconds);
  }

  async view(): Promise<View> {
    const [model, real] = [await this.model.view(), await this.real.view()];
    deepStrictEqual(withoutGrantId(real), withoutGrantId(model));
    return model;
  }
}

/** A grant's id is the product's own. */
function withoutGrantId({ grant, ...view }: View): unknown {
  return { ...view, grant: grant && { ...grant, id: '' } };
}

class ComparedFlight implements Flight {
  constructor(
    private readonly model: Flight,
    private readonly real: Flight,
  ) {}

  async prepare(): Promise<Prepared | null> {
    const [model, real] = [await this.model.prepare(), await this.real.prepare()];
    deepStrictEqual(real, model, 'what may be sent');
    return model;
  }

  async mark(): Promise<boolean> {
    const [model, real] = [await this.model.mark(), await this.real.mark()];
    deepStrictEqual(real, model, 'whether it is marked');
    return model;
  }

  async withdraw(): Promise<void> {
    await this.model.withdraw();
    await this.real.withdraw();
  }

  async settle(outcome: SendOutcome): Promise<boolean> {
    const [model, real] = [await this.model.settle(outcome), await this.real.settle(outcome)];
    deepStrictEqual(real, model, 'whether it is settled');
    return model;
  }
}
