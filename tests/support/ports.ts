import { randomInt } from 'node:crypto';
import { isPortFree } from '@grantkeeper/local-stack/free-port';

/** Free ports below the range that outgoing connections take theirs from, so that none is lost before it is bound. */
export async function claimPorts(count: number): Promise<number[]> {
  const claimed = new Set<number>();
  while (claimed.size < count) {
    const port = randomInt(15_000, 32_000);
    if (await isPortFree(port)) claimed.add(port);
  }
  return [...claimed];
}
