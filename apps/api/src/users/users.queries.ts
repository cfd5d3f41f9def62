import { changeableFields } from '@grantkeeper/core/authorizations/changed-fields';
import type { ConsentInputs } from '@grantkeeper/core/authorizations/consent-inputs';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { inputsPlace, openInputs } from '@grantkeeper/platform/grants/sealed-inputs';
import { type Connection, type LastHandOut, lastHandOuts, listConnections } from '@grantkeeper/platform/users/connections.view';
import { findOwnFields } from '@grantkeeper/platform/users/own-fields.store';
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

/** The fields of one connection, for their own page. */
export interface OwnFieldsPage {
  assistantName: string;
  definition: ProfileDefinition;
  inputs: ConsentInputs;
}

/** The fields of a grant of the link's user; null where there are none to change. */
export class GetOwnFields extends Query<OwnFieldsPage | null> {
  constructor(
    readonly handle: string,
    readonly grantId: string,
  ) {
    super();
  }
}

@QueryHandler(GetOwnFields)
export class GetOwnFieldsHandler implements IQueryHandler<GetOwnFields> {
  constructor(
    private readonly pool: SqlPool,
    private readonly vault: Vault,
  ) {}

  async execute({ handle, grantId }: GetOwnFields): Promise<OwnFieldsPage | null> {
    const link = await findUserLink(this.pool, credentialHash(handle));
    const own = link && (await findOwnFields(this.pool, link, grantId));
    if (!own || changeableFields(own.definition).length === 0) return null;
    const { assistantId, definition } = own;
    const inputs = await openInputs(this.vault, assistantId, inputsPlace('grant', grantId), own.inputs);
    return { assistantName: link.assistantName, definition, inputs };
  }
}
