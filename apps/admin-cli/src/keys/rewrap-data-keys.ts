import { rewrapDataKeys } from '@grantkeeper/platform/keys/rewrap-data-keys';
import { actor, type Command, exits } from '../command.js';

export const rewrapKeys: Command = {
  name: 'keys rewrap-data-keys',
  summary: 'wraps every data key under the current ring key: the second step of a new master key',
  help: [
    'First put the new key before the old one in KEY_RING and restart every api and worker: a process that lacks the new key cannot read what this command',
    'wraps. Then run it: all data keys in one transaction, or none. Values are not touched. Afterwards the old key may leave the ring (keys status says so).',
  ],
  options: {},
  run: async (_given, { pool, ring }) => {
    const done = await rewrapDataKeys(pool, ring, actor);
    return {
      exit: exits.done,
      json: { ...done },
      text: [`${done.rewrapped} data keys wrapped under "${done.ringKey}"; ${done.alreadyCurrent} were already.`],
    };
  },
};
