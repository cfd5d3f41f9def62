import type { StartedTestRun, TestRunState, TestRunView } from '@grantkeeper/contracts/test-runs/http';
import { eventually } from './eventually.js';
import type { System } from './system.js';

/** Presses Test. */
export async function startTestRun(system: System, profileId: string, body: object = {}): Promise<StartedTestRun> {
  const answer = await system.asOperator<StartedTestRun>('POST', `/v1/profiles/${profileId}/test-runs`, body);
  if (answer.status !== 201) throw new Error(`POST test-runs answered ${answer.status}: ${answer.text}`);
  return answer.body;
}

export async function readTestRun(system: System, id: string): Promise<TestRunView> {
  const answer = await system.asOperator<TestRunView>('GET', `/v1/test-runs/${id}`);
  if (answer.status !== 200) throw new Error(`GET test-runs answered ${answer.status}: ${answer.text}`);
  return answer.body;
}

const still: readonly TestRunState[] = ['awaiting_consent', 'succeeded', 'failed', 'interrupted', 'expired'];

/** The run once it is over or waits for a person. */
export async function untilTestRun(system: System, id: string, states = still, withinMs = 25_000): Promise<TestRunView> {
  return eventually(
    async () => {
      const run = await readTestRun(system, id);
      if (!states.includes(run.state))
        throw new Error(`the run is ${run.state}: ${JSON.stringify(run.steps.map(({ name, result }) => [name, result]))}`);
      return run;
    },
    { withinMs, everyMs: 25 },
  );
}

export interface ServerSentEvent {
  event: string;
  data: Record<string, unknown>;
}

/** Everything that a run's stream tells until it ends, at one api process; `onText` hears what has come so far. */
export async function readTestRunEvents(
  system: System,
  id: string,
  api = 0,
  onText: (text: string) => void = () => undefined,
): Promise<{ headers: Headers; text: string; events: ServerSentEvent[] }> {
  const response = await fetch(`${system.apis[api]?.url}/v1/test-runs/${id}/events`, {
    headers: { authorization: `Bearer ${system.operator.token}` },
  });
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    onText(text);
  }
  const blocks = text.split('\n\n').filter((block) => block.startsWith('event: '));
  const events = blocks.map((block) => {
    const [event = '', data = ''] = block.split('\n');
    return { event: event.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) as Record<string, unknown> };
  });
  return { headers: response.headers, text, events };
}
