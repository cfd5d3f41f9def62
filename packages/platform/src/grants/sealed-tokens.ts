import type { TokenSet } from '@grantkeeper/core/grants/token-answer';
import type { Place } from '../crypto/sealing.js';
import type { Vault } from '../crypto/vault.js';

/** A token set as the grant's row keeps it; it opens under that row only. */
export interface SealedTokens {
  grantId: string;
  handOut: Buffer;
  /** Null where the provider gave none. */
  refreshToken: Buffer | null;
}

/** What a sealed hand-out opens to. */
export type HandOut = Pick<TokenSet, 'accessToken' | 'tokenType' | 'values'>;

export const handOutPlace = (grantId: string): Place => ({ table: 'grant', row: grantId, field: 'hand_out' });
export const refreshTokenPlace = (grantId: string): Place => ({ table: 'grant', row: grantId, field: 'refresh_token' });

/** Seals a provider's tokens for the row of one grant. */
export async function sealTokens(
  vault: Vault,
  assistantId: string,
  grantId: string,
  tokens: HandOut & Pick<TokenSet, 'refreshToken'>,
): Promise<SealedTokens> {
  const { accessToken, tokenType, values, refreshToken } = tokens;
  const handOut = await vault.seal(
    assistantId,
    handOutPlace(grantId),
    JSON.stringify({ accessToken, tokenType, values } satisfies HandOut),
  );
  return {
    grantId,
    handOut,
    refreshToken: refreshToken === null ? null : await vault.seal(assistantId, refreshTokenPlace(grantId), refreshToken),
  };
}

/** The same tokens, sealed for another grant. */
export async function resealTokens(
  vault: Vault,
  assistantId: string,
  { grantId: from, handOut, refreshToken }: SealedTokens,
  grantId: string,
): Promise<SealedTokens> {
  const move = async (placeOf: (id: string) => Place, sealed: Buffer): Promise<Buffer> =>
    vault.seal(assistantId, placeOf(grantId), await vault.open(assistantId, placeOf(from), sealed));
  return {
    grantId,
    handOut: await move(handOutPlace, handOut),
    refreshToken: refreshToken === null ? null : await move(refreshTokenPlace, refreshToken),
  };
}
