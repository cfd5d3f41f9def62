import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';
import { missingScopes } from '@grantkeeper/core/grants/refresh-policy';
import { requestedScopes } from '@grantkeeper/core/profiles/profile';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import type { TokenRead } from '@grantkeeper/platform/grants/token-read';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { Injectable } from '@nestjs/common';

/** What `hand_out` opens to. */
interface HandOut {
  accessToken: string;
  tokenType: string;
  values: Record<string, unknown>;
}

/** The most revisions whose scopes are remembered; a revision never changes, so nothing here can go stale. */
const rememberedRevisions = 10_000;

/** Makes the `ready` answer of a recorded read: opens the sealed token and places it into a request. */
@Injectable()
export class ReadyAnswer {
  private readonly scopes = new Map<string, readonly string[]>();

  constructor(
    private readonly vault: Vault,
    private readonly profiles: ProfileStore,
  ) {}

  async from(read: TokenRead): Promise<Extract<TokenAnswer, { status: 'ready' }>> {
    const { assistantId, grantId, version, handOut, scope, expiresAt } = read as TokenRead & {
      assistantId: string;
      grantId: string;
      version: number;
      handOut: Buffer;
    };
    const place = { table: 'grant', row: grantId, field: 'hand_out' };
    const opened = this.vault.openNow(assistantId, place, handOut) ?? (await this.vault.open(assistantId, place, handOut));
    const { accessToken, tokenType, values } = JSON.parse(opened) as HandOut;
    return {
      status: 'ready',
      grantId,
      tokenVersion: version,
      accessToken,
      tokenType,
      expiresAt: expiresAt?.toISOString() ?? null,
      scopes: scope ? scope.split(' ') : [],
      missingScopes: missingScopes(await this.requested(read), scope),
      values,
      request: { baseUrl: null, headers: { Authorization: `${tokenType} ${accessToken}` }, query: {}, payload: {}, path: {} },
    };
  }

  private async requested(read: TokenRead): Promise<readonly string[]> {
    const key = `${read.profileId}|${read.profileRevision}`;
    const known = this.scopes.get(key);
    if (known) return known;
    const revision = await this.profiles.definitionAt(read.profileId as string, read.profileRevision as number);
    const scopes = revision ? requestedScopes(revision) : [];
    if (this.scopes.size >= rememberedRevisions) this.scopes.clear();
    this.scopes.set(key, scopes);
    return scopes;
  }
}
