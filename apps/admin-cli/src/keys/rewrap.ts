import { type RewrapOutcome, type RewrapProgress, rewrapValues } from '@grantkeeper/platform/keys/rewrap-values';
import { actor, assistantIn, type Command, type Exit, exits, numberIn, type Surroundings } from '../command.js';

const presetRate = 2000;
const tellEveryMs = 1000;

export const rewrap: Command = {
  name: 'keys rewrap',
  summary: 'seals every stored value anew under the current data key, while everything goes on',
  help: [
    'Reads, refreshes and sign-outs go on meanwhile. May be stopped (SIGINT, SIGTERM, kill) and run again: it goes on with what is left. Two at once are',
    'safe. A value that does not open is left as it is and reported. Stops before touching anything where KEY_RING lacks a key.',
    'Exit code 1: values failed. 3: values are left under older versions, because it was stopped, or because processes still seal under an older version in',
    'the 5 minutes after keys rotate-data-key: run it again.',
  ],
  options: {
    assistant: { type: 'string', value: 'id', help: 'values of this assistant only' },
    rate: { type: 'string', value: 'n', help: `at most n values a second; 0: no limit (default ${presetRate})` },
  },
  run: async (given, { pool, ring, signal, tell }) => {
    const options = {
      assistantId: assistantIn(given),
      valuesPerSecond: numberIn(given, 'rate', presetRate, 0, 1_000_000),
      signal,
    };
    const outcome = await rewrapValues(pool, ring, actor, { ...options, onProgress: nowAndThen(tell) });
    return { exit: exitOf(outcome), json: { ...outcome }, text: textOf(outcome) };
  },
};

/** The first progress, then one a second. */
function nowAndThen(tell: Surroundings['tell']): (progress: RewrapProgress) => void {
  let due = 0;
  return (progress) => {
    if (performance.now() < due) return;
    due = performance.now() + tellEveryMs;
    tell(`${progress.table}: ${countsOf(progress)}`);
  };
}

const countsOf = ({ processed, total, rewrapped, skipped, failed }: Omit<RewrapProgress, 'table'>): string =>
  `${processed} of ${total} processed, ${rewrapped} rewrapped, ${skipped} skipped, ${failed} failed`;

function exitOf({ finished, remaining, failed }: RewrapOutcome): Exit {
  if (failed > 0) return exits.failed;
  return finished && remaining === 0 ? exits.done : exits.unfinished;
}

function textOf(outcome: RewrapOutcome): string[] {
  const { finished, remaining, seconds, rewrapped, failed, failures } = outcome;
  const pace = seconds > 0 ? Math.round(rewrapped / seconds) : 0;
  return [
    ...failures.map(({ table, id, column, reason }) => `left as it is: ${table} ${id} ${column}: ${reason}`),
    ...(failed > failures.length ? [`and ${failed - failures.length} more`] : []),
    `${finished ? 'Done' : 'Stopped'}: ${countsOf(outcome)}, in ${seconds.toFixed(1)} s (${pace} a second). ${remaining} values are not under the current version.`,
    ...(remaining > failed ? ['Run it again: it goes on with what is left.'] : []),
  ];
}
