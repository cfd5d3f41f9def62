import { dropUnusedDataKeys } from '@grantkeeper/platform/keys/drop-unused-data-keys';
import { actor, type Command, exits, numberIn } from '../command.js';

const presetDays = 7;
const reasons = {
  in_use: 'values are sealed under it: keys rewrap',
  too_recent: 'superseded too recently',
  unreadable_values: 'its assistant has values that no data key opens; look at them first',
} as const;

export const dropUnused: Command = {
  name: 'keys drop-unused',
  summary: 'deletes data keys that no value is sealed under and that were superseded days ago',
  help: [
    'What a deleted data key sealed is gone for ever. In the database nothing is; a backup brings its own data keys along. A process or a spill file may still',
    'hold a value from before the rotation while the database is away: --min-age-days must be longer than that can last.',
  ],
  options: {
    'min-age-days': { type: 'string', value: 'n', help: `superseded at least n days ago, 1 or more (default ${presetDays})` },
    'dry-run': { type: 'boolean', help: 'only say what would go' },
  },
  run: async (given, { pool }) => {
    const minAgeDays = numberIn(given, 'min-age-days', presetDays, 1, 36_500);
    const dryRun = given['dry-run'] === true;
    const { dropped, kept } = await dropUnusedDataKeys(pool, actor, minAgeDays, { dryRun });
    return {
      exit: exits.done,
      json: { dryRun, dropped, kept },
      text: [
        ...dropped.map(
          ({ assistantId, version }) => `assistant ${assistantId}: data key ${version} ${dryRun ? 'would be' : 'is'} deleted`,
        ),
        ...kept.map(
          ({ assistantId, version, reason }) => `assistant ${assistantId}: data key ${version} stays: ${reasons[reason]}`,
        ),
        `${dropped.length} data keys ${dryRun ? 'would be' : ''} deleted, ${kept.length} older ones stay.`.replace('  ', ' '),
      ],
    };
  },
};
