import type { SystemView } from '@grantkeeper/contracts/system/http';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type DataKeyView, listDataKeys } from '@grantkeeper/platform/keys/key-use.view';
import { listProjections } from '@grantkeeper/platform/projections/projection.view';
import { projections } from '@grantkeeper/platform/projections/projections';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { productVersion } from '@grantkeeper/platform/system/product-version';
import { databaseVersion, listWorkers, readToRewrap } from '@grantkeeper/platform/system/system.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';
import { Readiness } from '../http/readiness.js';
import { toldSettings } from './told-settings.js';

export class GetSystem extends Query<SystemView> {}

@QueryHandler(GetSystem)
export class GetSystemHandler implements IQueryHandler<GetSystem> {
  constructor(
    private readonly pool: SqlPool,
    private readonly queues: JobQueues,
    private readonly ring: KeyRing,
    private readonly config: ApiConfig,
    private readonly readiness: Readiness,
  ) {}

  async execute(): Promise<SystemView> {
    const [health, postgresql, redis, workers, dataKeys, toRewrap, projected, pending] = await Promise.all([
      this.readiness.read(),
      databaseVersion(this.pool),
      this.queues.redisVersion(),
      listWorkers(this.pool),
      listDataKeys(this.pool),
      readToRewrap(this.pool),
      listProjections(
        this.pool,
        projections.map(({ name }) => name),
      ),
      this.readiness.isMigrationPending(),
    ]);
    return {
      versions: { grantkeeper: productVersion, node: process.versions.node, postgresql, redis },
      health,
      workers,
      keys: keysOf(this.ring, dataKeys, toRewrap),
      settings: toldSettings(this.config),
      projections: projected,
      migrations: { pending },
    };
  }
}

function keysOf(ring: KeyRing, dataKeys: readonly DataKeyView[], counted: SystemView['keys']['toRewrap']): SystemView['keys'] {
  const current = dataKeys.filter(({ supersededAt }) => supersededAt === null);
  const superseded = dataKeys.length - current.length;
  const ages = current.map(({ createdAt }) => createdAt.getTime());
  const ids = new Set([...ring.all.map(({ id }) => id), ...dataKeys.map(({ ringKey }) => ringKey)]);
  return {
    master: [...ids].map((id) => ({
      id,
      inRing: ring.find(id) !== undefined,
      current: ring.current.id === id,
      dataKeys: dataKeys.filter(({ ringKey }) => ringKey === id).length,
    })),
    data: {
      current: current.length,
      superseded,
      oldestCurrentAt: ages.length === 0 ? null : new Date(Math.min(...ages)).toISOString(),
    },
    toRewrap: superseded === 0 ? { values: 0, countedAt: null } : counted, // under keys that are all current nothing is left
  };
}
