import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import type { Place } from '@grantkeeper/platform/crypto/sealing';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { breaks } from '@grantkeeper/platform/database/constraints';
import { Injectable } from '@nestjs/common';

/** Seals client secrets, each for its own profile's row. */
@Injectable()
export class ClientSecrets {
  constructor(private readonly vault: Vault) {}

  seal(assistantId: string, place: Place, secret: string): Promise<Buffer> {
    return this.vault.seal(assistantId, place, secret).catch((error: unknown) => {
      throw breaks(error, 'data_key_assistant_id_fkey') ? new AssistantNotFound() : error;
    });
  }
}
