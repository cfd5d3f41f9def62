import 'reflect-metadata';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { answeringConnections, type ConnectionRules } from './answering-client.js';
import { Foundation } from './migrations/0001-foundation.js';
import { RefreshPolicy } from './migrations/0002-refresh-policy.js';
import { ProfileFault } from './migrations/0005-profile-fault.js';
import { RefreshTokenLife } from './migrations/0006-refresh-token-life.js';
import { ProviderGates } from './migrations/0008-provider-gates.js';
import { IndexesForForgetting } from './migrations/0009-indexes-for-forgetting.js';
import { ConsentInputs } from './migrations/0010-consent-inputs.js';
import { BoundOrigins } from './migrations/0011-bound-origins.js';
import { UserLinks } from './migrations/0012-user-links.js';
import { TestRuns } from './migrations/0014-test-runs.js';
import { NextClientSecret } from './migrations/0016-next-client-secret.js';
import { GrantedToEveryone } from './migrations/0017-granted-to-everyone.js';
import { WhoseRevocation } from './migrations/0019-whose-revocation.js';
import { RolesByAssistant } from './migrations/0020-roles-by-assistant.js';
import { SessionsAndCompanySignIn } from './migrations/0021-sessions-and-company-sign-in.js';
import { AuditFilters } from './migrations/0022-audit-filters.js';
import { Projections } from './migrations/0023-projections.js';
import { RefreshDesk } from './migrations/0024-refresh-desk.js';
import { QueueDesk } from './migrations/0025-queue-desk.js';
import { GrantListing } from './migrations/0026-grant-listing.js';
import { GrantsOfATenant } from './migrations/0027-grants-of-a-tenant.js';

/** TypeORM's side of the store. The schema is the migrations' alone: nothing is synchronised. */
export function createDataSource(
  databaseUrl: string,
  entities: EntityTarget<ObjectLiteral>[] = [],
  max = 10,
  rules: ConnectionRules = answeringConnections,
): DataSource {
  return new DataSource({
    type: 'postgres',
    url: databaseUrl,
    entities: entities as never,
    migrations: [
      Foundation,
      RefreshPolicy,
      ProfileFault,
      RefreshTokenLife,
      ProviderGates,
      IndexesForForgetting,
      ConsentInputs,
      BoundOrigins,
      UserLinks,
      TestRuns,
      NextClientSecret,
      GrantedToEveryone,
      WhoseRevocation,
      RolesByAssistant,
      SessionsAndCompanySignIn,
      AuditFilters,
      Projections,
      RefreshDesk,
      QueueDesk,
      GrantListing,
      GrantsOfATenant,
    ],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    extra: { ...rules, max, keepAlive: true, connectionTimeoutMillis: 5_000, application_name: 'grantkeeper' },
  });
}
