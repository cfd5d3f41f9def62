import { randomBytes } from 'node:crypto';
import { type ConsentInputs, noInputs, valuesOf } from '@grantkeeper/core/authorizations/consent-inputs';
import type { Values } from '@grantkeeper/core/placeholders/values';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type { Place } from '../crypto/sealing.js';
import type { Vault } from '../crypto/vault.js';

/** Where the inputs of a consent are kept: with the authorization, then with the grant. */
export const inputsPlace = (table: 'authorization' | 'grant', row: string): Place => ({ table, row, field: 'inputs' });

/** Null where there is nothing to keep. */
export async function sealInputs(vault: Vault, assistantId: string, place: Place, inputs: ConsentInputs): Promise<Buffer | null> {
  const isEmpty = [inputs.given, inputs.typed, inputs.context].every((part) => Object.keys(part).length === 0);
  return isEmpty ? null : vault.seal(assistantId, place, JSON.stringify(inputs));
}

export async function openInputs(vault: Vault, assistantId: string, place: Place, sealed: Buffer | null): Promise<ConsentInputs> {
  return sealed === null ? noInputs : (JSON.parse(await vault.open(assistantId, place, sealed)) as ConsentInputs);
}

/** What an authorization stands on, sealed for the grant that it becomes: every value as it was when the user set out. */
export async function inputsForGrant(
  vault: Vault,
  { assistantId, authorizationId, inputs }: { assistantId: string; authorizationId: string; inputs: Buffer | null },
  grantId: string,
): Promise<Buffer | null> {
  const { given, typed, context } = await openInputs(vault, assistantId, inputsPlace('authorization', authorizationId), inputs);
  return sealInputs(vault, assistantId, inputsPlace('grant', grantId), { given: { ...typed, ...given }, typed: {}, context });
}

/** The same inputs, sealed for another grant. */
export async function resealInputs(
  vault: Vault,
  assistantId: string,
  inputs: Buffer | null,
  from: string,
  to: string,
): Promise<Buffer | null> {
  if (!inputs) return null;
  return vault.seal(assistantId, inputsPlace('grant', to), await vault.open(assistantId, inputsPlace('grant', from), inputs));
}

/** What the profile's placeholders get for a grant. */
export async function grantValues(
  vault: Vault,
  grant: { assistantId: string; grantId: string; tenant: string; userId: string; inputs: Buffer | null },
  definition: ProfileDefinition,
): Promise<Values> {
  const inputs = await openInputs(vault, grant.assistantId, inputsPlace('grant', grant.grantId), grant.inputs);
  return valuesOf(definition, grant.tenant, inputs, grant.userId, randomText);
}

export const randomText = (): string => randomBytes(16).toString('hex');
