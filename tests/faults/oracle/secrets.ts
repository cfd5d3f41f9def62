import { searchRedis, searchTables } from '../../support/hiding-places.js';
import { SecretSearch } from '../../support/secret-search.js';
import { type Evidence, type Violation, violation } from './evidence.js';

/** No code, token or client secret is anywhere but sealed: not in a table, a queue or a log line, in no usual spelling. */
export async function secrets({ pool, queue, logs, canary }: Evidence): Promise<Violation[]> {
  const search = new SecretSearch({ canary: [canary] });
  const found = [
    ...(await searchTables(pool, search)).found,
    ...(queue ? (await searchRedis(queue.redis, search)).found : []),
    ...logs.flatMap(({ process, text }) => search.in(`log of ${process}`, text)),
  ];
  const places = new Set(found.map(({ place, spelling }) => `${place}, ${spelling}`));
  return violation('no secret outside', 'places where a secret can be read', [...places]);
}
