import type { AskToken } from '@grantkeeper/contracts/grants/http';
import { faultErrors } from '@grantkeeper/core/authorizations/consent-inputs';
import { missingScopes as missingOf } from '@grantkeeper/core/grants/refresh-policy';
import {
  boundOriginsReachApi,
  boundOriginsServeApi,
  type ResolvedRequest,
  resolveRequest,
  shapesRequests,
} from '@grantkeeper/core/grants/resolved-request';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { type ProfileDefinition, requestedScopes } from '@grantkeeper/core/profiles/profile';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { findGrantInputs } from '@grantkeeper/platform/grants/grant-inputs.view';
import { grantValues } from '@grantkeeper/platform/grants/sealed-inputs';
import { handOutPlace } from '@grantkeeper/platform/grants/sealed-tokens';
import type { TokenRead } from '@grantkeeper/platform/grants/token-read';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { Injectable } from '@nestjs/common';
import { readyText } from './ready-text.js';

/** What `hand_out` opens to. */
interface HandOut {
  accessToken: string;
  tokenType: string;
  values: Record<string, unknown>;
}

/** A grant's scopes as an answer names them. */
interface ToldScopes {
  scope: string | null;
  scopes: string[];
  missingScopes: string[];
}

/** What a revision says of hand-outs; it never changes, so nothing here can go stale. */
interface Revision {
  scopes: readonly string[];
  /** Of the grant that was read last: the next one mostly has the same. */
  told: ToldScopes;
  /** Null where requests take nothing but the token. */
  shaping: ProfileDefinition | null;
}

/** The most revisions that are remembered. */
const rememberedRevisions = 10_000;

/** An answer with a token, as the text of its body. */
export interface ReadyBody {
  status: 'ready';
  body: string;
}
/** A token that may not go out as things are: the user is needed, or the grant has just moved on and is to be read again. */
export type NotHandedOut = 'fields_missing' | 'endpoints_changed' | 'moved-on';

type FoundReady = TokenRead & { assistantId: string; grantId: string; version: number; handOut: Buffer };

/** Makes the `ready` answer of a recorded read: opens the sealed token and places it into a request. */
@Injectable()
export class ReadyAnswer {
  private readonly revisions = new Map<string, Revision>();

  constructor(
    private readonly vault: Vault,
    private readonly profiles: ProfileStore,
    private readonly pool: SqlPool,
  ) {}

  /** Without waiting, where all it takes is in memory; null where it is not, or where the profile says more of requests than the token. */
  now(read: TokenRead): ReadyBody | null {
    const { assistantId, grantId, handOut } = read as FoundReady;
    const revision = this.revisions.get(revisionKey(read));
    if (!revision || revision.shaping) return null;
    const opened = this.vault.openNow(assistantId, handOutPlace(grantId), handOut);
    return opened === null ? null : ready(read as FoundReady, JSON.parse(opened) as HandOut, revision, null);
  }

  /** For the ask's user, who need not be the grant's: one may serve everyone. `context` is what the runtime sent with this ask. Throws InvalidInput where an authorization field needs another. */
  async from(read: TokenRead, { context, user }: Pick<AskToken, 'context' | 'user'>): Promise<ReadyBody | NotHandedOut> {
    const { assistantId, grantId, handOut } = read as FoundReady;
    const place = handOutPlace(grantId);
    const text = this.vault.openNow(assistantId, place, handOut) ?? (await this.vault.open(assistantId, place, handOut));
    const opened = JSON.parse(text) as HandOut;
    const revision = await this.revisionOf(read);
    const { shaping } = revision;
    const request = shaping && (await this.shaped(read as FoundReady, shaping, opened, { context, user }));
    return typeof request === 'string' ? request : ready(read as FoundReady, opened, revision, request);
  }

  private async shaped(
    { assistantId, grantId, version }: FoundReady,
    definition: ProfileDefinition,
    { accessToken, tokenType }: HandOut,
    { context, user }: Pick<AskToken, 'context' | 'user'>,
  ): Promise<ResolvedRequest | NotHandedOut> {
    const grant = await findGrantInputs(this.pool, grantId, version);
    if (!grant) return 'moved-on';
    if (!boundOriginsServeApi(grant.origins, definition)) return 'endpoints_changed';
    const values = await grantValues(this.vault, { assistantId, grantId, ...grant }, definition);
    const request = resolveRequest(
      definition,
      { ...values, userId: user, context: context ?? values.context, accessToken },
      tokenType,
    );
    if (!Array.isArray(request)) return boundOriginsReachApi(grant.origins, definition, request) ? request : 'endpoints_changed';
    const asked = request.filter(({ input }) => input.startsWith('context.'));
    if (asked.length > 0) throw new InvalidInput(faultErrors(asked));
    return 'fields_missing';
  }

  private async revisionOf(read: TokenRead): Promise<Revision> {
    const key = revisionKey(read);
    const known = this.revisions.get(key);
    if (known) return known;
    const definition = await this.profiles.definitionAt(read.profileId as string, read.profileRevision as number);
    const scopes = definition ? requestedScopes(definition) : [];
    const revision: Revision = {
      scopes,
      told: toldScopes(scopes, null),
      shaping: definition && shapesRequests(definition) ? definition : null,
    };
    if (this.revisions.size >= rememberedRevisions) this.revisions.clear();
    this.revisions.set(key, revision);
    return revision;
  }
}

const revisionKey = ({ profileId, profileMadeAt, profileRevision }: TokenRead): string =>
  `${profileId}|${profileMadeAt}|${profileRevision}`;

const toldScopes = (requested: readonly string[], scope: string | null): ToldScopes => ({
  scope,
  scopes: scope ? scope.split(' ') : [],
  missingScopes: missingOf(requested, scope),
});

function ready(read: FoundReady, opened: HandOut, revision: Revision, request: ResolvedRequest | null): ReadyBody {
  const { grantId, version, scope, expiresAt } = read;
  const { accessToken, tokenType, values } = opened;
  if (revision.told.scope !== scope) revision.told = toldScopes(revision.scopes, scope);
  const { scopes, missingScopes } = revision.told;
  const parts = {
    grantId,
    tokenVersion: version,
    accessToken,
    tokenType,
    expiresAt: expiresAt?.toISOString() ?? null,
    scopes,
    missingScopes,
    values,
  };
  return { status: 'ready', body: readyText(parts, request) };
}
