import type { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { countSealed, type DataKeyView, listDataKeys, type SealedCount } from '@grantkeeper/platform/keys/key-use.view';
import { assistantIn, type Command, exits } from '../command.js';
import { table } from '../help.js';

export const status: Command = {
  name: 'keys status',
  summary: 'which keys of the ring are in use, data keys, and what is sealed under each',
  help: [
    'Reads and changes nothing; no value is opened. Shows the ring keys and how many data keys each one wraps, the data keys of each assistant,',
    'and how many values are sealed under each version, by table and column. Exit code 1 where the ring lacks a key that is in use.',
  ],
  options: { assistant: { type: 'string', value: 'id', help: 'show data keys and values of this assistant only' } },
  run: async (given, { pool, ring }) => {
    const assistantId = assistantIn(given);
    const ringKeys = ringUse(ring, await listDataKeys(pool));
    const dataKeys = await listDataKeys(pool, assistantId);
    const sealed = await countSealed(pool, assistantId);
    const views = dataKeys.map((key) => ({ ...key, current: key.supersededAt === null, values: valuesUnder(key, sealed) }));
    const lacking = ringKeys.some(({ inRing }) => !inRing);
    return {
      exit: lacking ? exits.failed : exits.done,
      json: { ringKeys, dataKeys: views, sealed },
      text: [
        ...table([['ring key', 'data keys', ''], ...ringKeys.map((key) => [key.id, `${key.dataKeys}`, wordFor(key)])]),
        '',
        ...table([
          ['assistant', 'data key', 'wrapped by', 'made', 'values', ''],
          ...views.map((key) => [
            key.assistant,
            `${key.version}`,
            key.ringKey,
            key.createdAt.toISOString(),
            `${key.values}`,
            key.current ? 'current' : '',
          ]),
        ]),
        '',
        ...table([['table', 'column', 'data key', 'values'], ...byColumn(sealed)]),
      ],
    };
  },
};

interface RingUse {
  id: string;
  inRing: boolean;
  current: boolean;
  dataKeys: number;
}

function ringUse(ring: KeyRing, keys: readonly DataKeyView[]): RingUse[] {
  const ids = new Set([...ring.all.map(({ id }) => id), ...keys.map(({ ringKey }) => ringKey)]);
  return [...ids].map((id) => ({
    id,
    inRing: ring.find(id) !== undefined,
    current: ring.current.id === id,
    dataKeys: keys.filter(({ ringKey }) => ringKey === id).length,
  }));
}

function wordFor({ inRing, current, dataKeys }: RingUse): string {
  if (!inRing) return 'in use, but NOT IN KEY_RING: put it back';
  if (current) return 'current';
  return dataKeys > 0 ? 'still in use: keys rewrap-data-keys' : 'no longer in use: may be removed from KEY_RING';
}

const valuesUnder = ({ assistantId, version }: DataKeyView, sealed: readonly SealedCount[]): number =>
  sealed.filter((one) => one.assistantId === assistantId && one.version === version).reduce((sum, { values }) => sum + values, 0);

/** All assistants together: what each column holds, by version. */
function byColumn(sealed: readonly SealedCount[]): string[][] {
  const sums = new Map<string, number>();
  for (const { table: of, column, version, values } of sealed) {
    const name = [of, column, version === null ? 'unreadable' : `${version}`].join('\n');
    sums.set(name, (sums.get(name) ?? 0) + values);
  }
  return [...sums].map(([name, values]) => [...name.split('\n'), `${values}`]);
}
