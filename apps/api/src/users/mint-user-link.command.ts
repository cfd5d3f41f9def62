import { randomBytes, randomUUID } from 'node:crypto';
import type { UserLink } from '@grantkeeper/contracts/users/http';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { insertUserLink } from '@grantkeeper/platform/users/user-link.store';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';

/** A runtime wants a link for a user to their own page. Its handle is random and kept as a hash; each ask makes another. */
export class MintUserLink extends Command<UserLink> {
  constructor(
    readonly user: string,
    readonly runtime: Extract<Actor, { kind: 'runtime' }>,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(MintUserLink)
export class MintUserLinkHandler implements ICommandHandler<MintUserLink> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly config: ApiConfig,
  ) {}

  execute({ user, runtime, correlationId }: MintUserLink): Promise<UserLink> {
    return this.unitOfWork.run({ actor: runtime, correlationId }, async (transaction) => {
      const [id, handle] = [randomUUID(), randomBytes(32).toString('base64url')];
      const { id: runtimeKeyId, assistantId } = runtime;
      const { expiresAt } = await insertUserLink(transaction.sql, {
        id,
        assistantId,
        runtimeKeyId,
        userId: user,
        handleHash: credentialHash(handle),
      });
      transaction.record(`user-link-${id}`, assistantId, { type: 'users.link-minted.v1', linkId: id });
      return { url: `${this.config.publicUrl}/me/${handle}`, expiresAt: expiresAt.toISOString() };
    });
  }
}
