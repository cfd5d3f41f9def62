import { rotateDataKeys } from '@grantkeeper/platform/keys/rotate-data-keys';
import { actor, assistantIn, type Command, exits, Misused } from '../command.js';

export const rotateDataKey: Command = {
  name: 'keys rotate-data-key',
  summary: 'makes a new data key for an assistant, or for all; what is sealed from now on uses it',
  help: [
    'Older versions stay and open what was sealed under them. Processes seal under the new version within 5 minutes; they read it at once.',
    'To move what is stored already, run keys rewrap after those 5 minutes.',
  ],
  options: {
    assistant: { type: 'string', value: 'id', help: 'this assistant' },
    all: { type: 'boolean', help: 'every assistant that has a data key' },
  },
  run: async (given, { pool, ring }) => {
    const assistantId = assistantIn(given);
    if ((assistantId === null) === (given.all !== true))
      throw new Misused('keys rotate-data-key wants either --assistant <id> or --all.');
    const rotated = await rotateDataKeys(pool, ring, actor, assistantId === null ? null : [assistantId]);
    if (assistantId !== null && rotated.length === 0)
      throw new Error(`Assistant ${assistantId} has no data key: there is no such assistant, or it has sealed nothing yet.`);
    return {
      exit: exits.done,
      json: { rotated },
      text: [
        ...rotated.map((key) => `assistant ${key.assistantId}: data key ${key.version}`),
        `${rotated.length} new data keys.`,
      ],
    };
  },
};
