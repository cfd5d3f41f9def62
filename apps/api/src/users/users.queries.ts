import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Connection, type LastHandOut, lastHandOuts, listConnections } from '@grantkeeper/platform/users/connections.view';
import { findUserLink, type UserLink } from '@grantkeeper/platform/users/user-link.store';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';

/** What a user's own page shows. */
export interface OwnPage {
  link: UserLink;
  connections: (Connection & { handOuts: LastHandOut[] })[];
}

/** The page behind a handle; null where the link is not good, or no longer. */
export class GetOwnPage extends Query<OwnPage | null> {
  constructor(readonly handle: string) {
    super();
  }
}

@QueryHandler(GetOwnPage)
export class GetOwnPageHandler implements IQueryHandler<GetOwnPage> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ handle }: GetOwnPage): Promise<OwnPage | null> {
    const link = await findUserLink(this.pool, credentialHash(handle));
    if (!link) return null;
    const connections = await listConnections(this.pool, link);
    const handOuts = await lastHandOuts(
      this.pool,
      link.assistantId,
      connections.map(({ id }) => id),
    );
    return {
      link,
      connections: connections.map((one) => ({ ...one, handOuts: handOuts.filter(({ grantId }) => grantId === one.id) })),
    };
  }
}
