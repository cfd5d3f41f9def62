import { Readable } from 'node:stream';
import type { TestStateEvent, TestStepEvent } from '@grantkeeper/contracts/test-runs/http';
import { Unavailable } from '@grantkeeper/core/kernel/request.errors';
import { isTestRunOver } from '@grantkeeper/core/test-runs/test-run-states';
import { TestRunNotFound } from '@grantkeeper/core/test-runs/test-runs.errors';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { findTestRun, findTestSteps, type StoredTestRun } from '@grantkeeper/platform/test-runs/test-run.view';
import { type Ticket, Waiters } from '@grantkeeper/platform/waiting/waiters';
import { Injectable } from '@nestjs/common';
import { SignInLinks } from '../authorizations/sign-in-links.js';
import { signInUrlOf } from './test-run-link.js';

/** How many streams one process carries at a time. */
const mostStreams = 100;
/** So often something is sent where nothing happens, for proxies that cut silent connections. */
const heartbeatMs = 15_000;

/**
 * A test run as server-sent events (HTML standard, section 9.2). Whoever connects, at whichever api process, is told everything from the beginning:
 * what is sent is read from PostgreSQL on each wake-up, so a lost notification or a reconnect loses nothing.
 */
@Injectable()
export class TestRunEvents {
  private streams = 0;

  constructor(
    private readonly pool: SqlPool,
    private readonly waiters: Waiters,
    private readonly links: SignInLinks,
  ) {}

  /** Throws TestRunNotFound, and Unavailable where this process carries all that it can. */
  async open(id: string): Promise<Readable> {
    if (!(await findTestRun(this.pool, id))) throw new TestRunNotFound();
    if (this.streams >= mostStreams) throw new Unavailable(5);
    this.streams += 1;
    const ticket = this.waiters.register(id);
    const stream = Readable.from(this.events(id, ticket));
    stream.once('close', () => {
      this.streams -= 1;
      ticket.release();
    });
    return stream;
  }

  private async *events(id: string, ticket: Ticket): AsyncGenerator<string> {
    const sent = new Map<string, string>();
    yield ': a test run\n\n'; // the headers leave with the first bytes
    for (;;) {
      const run = await findTestRun(this.pool, id);
      if (!run) return;
      for (const step of await findTestSteps(this.pool, id)) yield* changed(sent, 'step', step.name, step);
      yield* changed(sent, 'state', '', stateEvent(run, this.links));
      if (isTestRunOver(run.state)) return;
      const woken = await ticket.within(heartbeatMs);
      if (this.waiters.isStopping) return; // the browser comes back, to another process
      if (!woken) yield ': still under way\n\n';
    }
  }
}

function stateEvent(run: StoredTestRun, links: SignInLinks): TestStateEvent {
  const { state, diagnosis, warnings } = run;
  return { state, signInUrl: signInUrlOf(run, links), diagnosis, warnings };
}

function* changed(
  sent: Map<string, string>,
  event: 'step' | 'state',
  name: string,
  told: TestStepEvent | TestStateEvent,
): Generator<string> {
  const data = JSON.stringify(told);
  const key = `${event} ${name}`;
  if (sent.get(key) === data) return;
  sent.set(key, data);
  yield `event: ${event}\ndata: ${data}\n\n`;
}
