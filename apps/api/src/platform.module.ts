import { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { ObservedClient } from '@grantkeeper/outbound/observed-client';
import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import { AssistantStore } from '@grantkeeper/platform/assistants/assistant.store';
import { RuntimeKeyStore } from '@grantkeeper/platform/assistants/runtime-key.store';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { createDataSource } from '@grantkeeper/platform/database/data-source';
import { entities } from '@grantkeeper/platform/database/entities';
import { createPool } from '@grantkeeper/platform/database/pool';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { createLogger } from '@grantkeeper/platform/observability/logger';
import { tellProviderCalls } from '@grantkeeper/platform/observability/provider-calls';
import { ApiTokenStore } from '@grantkeeper/platform/operators/api-token.store';
import { OperatorStore } from '@grantkeeper/platform/operators/operator.store';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { rememberPublicUrl } from '@grantkeeper/platform/settings/public-url';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import {
  type DynamicModule,
  Global,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { AfterCommit } from './after-commit.js';
import { ApiConfig, RefusedToStart } from './config.js';
import { Logger } from './http/logger.js';

/** TypeORM's connections. */
export class Database {
  private constructor(readonly dataSource: ReturnType<typeof createDataSource>) {}

  static async open({ databaseUrl }: ApiConfig): Promise<Database> {
    return new Database(await createDataSource(databaseUrl.reveal(), [...entities]).initialize());
  }
}

const providers: Provider[] = [
  AfterCommit,
  AssistantStore,
  RuntimeKeyStore,
  OperatorStore,
  ApiTokenStore,
  { provide: ProfileStore, useFactory: (pool: SqlPool) => new ProfileStore(pool), inject: [SqlPool] },
  { provide: Logger, useFactory: (config: ApiConfig) => createLogger('api', config.logLevel), inject: [ApiConfig] },
  { provide: KeyRing, useFactory: (config: ApiConfig) => config.keyRing, inject: [ApiConfig] },
  { provide: OutboundPolicy, useFactory: (config: ApiConfig) => config.outboundPolicy, inject: [ApiConfig] },
  { provide: Database, useFactory: (config: ApiConfig) => Database.open(config), inject: [ApiConfig] },
  { provide: SqlPool, useFactory: (config: ApiConfig) => createPool(config.databaseUrl.reveal(), 20), inject: [ApiConfig] },
  { provide: Vault, useFactory: (pool: SqlPool, ring: KeyRing) => new Vault(pool, ring), inject: [SqlPool, KeyRing] },
  {
    provide: GuardedClient,
    useFactory: (policy: OutboundPolicy, logger: Logger) => new ObservedClient(policy, tellProviderCalls(logger)),
    inject: [OutboundPolicy, Logger],
  },
  {
    provide: JobQueues,
    useFactory: (config: ApiConfig, logger: Logger) =>
      new JobQueues(
        { redisUrl: config.redisUrl?.reveal() ?? null, databaseUrl: config.databaseUrl.reveal(), prefix: config.queuePrefix },
        (error) => logger.warn({ err: error }, 'queue away'),
      ),
    inject: [ApiConfig, Logger],
  },
  {
    provide: UnitOfWork,
    useFactory: ({ dataSource }: Database, { publish }: AfterCommit) => new UnitOfWork(dataSource, publish),
    inject: [Database, AfterCommit],
  },
  {
    provide: Waiters,
    useFactory: (config: ApiConfig, pool: SqlPool) => new Waiters(config.databaseUrl.reveal(), pool),
    inject: [ApiConfig, SqlPool],
  },
];
const connections = [
  AfterCommit,
  ApiConfig,
  Database,
  Logger,
  KeyRing,
  OutboundPolicy,
  SqlPool,
  Vault,
  GuardedClient,
  JobQueues,
  UnitOfWork,
  Waiters,
];
const stores = [AssistantStore, RuntimeKeyStore, OperatorStore, ApiTokenStore, ProfileStore];

/** What every capability stands on: settings, connections, vault, queues. It opens them before the first request and closes them after the last. */
@Global()
@Module({})
export class PlatformModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly config: ApiConfig,
    private readonly database: Database,
    private readonly pool: SqlPool,
    private readonly queues: JobQueues,
    private readonly waiters: Waiters,
    private readonly afterCommit: AfterCommit,
  ) {}

  static with(config: ApiConfig): DynamicModule {
    return {
      module: PlatformModule,
      providers: [{ provide: ApiConfig, useValue: config }, ...providers],
      exports: [...connections, ...stores],
    };
  }

  /** Refuses to start where serving would do harm. */
  async onModuleInit(): Promise<void> {
    if (await this.database.dataSource.showMigrations()) {
      throw new RefusedToStart('The database lacks a migration: run packages/platform/dist/database/migrate.js first.');
    }
    await this.refuseMovedCallbacks();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.waiters.start();
  }

  /** Before the server closes: who waits is answered with what there is. */
  async onModuleDestroy(): Promise<void> {
    await this.waiters.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.afterCommit.drained();
    await this.queues.close();
    await this.database.dataSource.destroy();
    await this.pool.end();
  }

  /** A changed PUBLIC_URL would break every callback that is registered at a provider. */
  private async refuseMovedCallbacks(): Promise<void> {
    const { publicUrl, confirmPublicUrl } = this.config;
    const known = await rememberPublicUrl(this.pool, publicUrl, confirmPublicUrl === publicUrl);
    if (known !== publicUrl) {
      throw new RefusedToStart(
        `PUBLIC_URL was ${known} and is now ${publicUrl}: the callback URLs of existing profiles would change. ` +
          `Set CONFIRM_PUBLIC_URL=${publicUrl} once if that is meant.`,
      );
    }
  }
}
