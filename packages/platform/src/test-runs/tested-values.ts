import { valuesOf } from '@grantkeeper/core/authorizations/consent-inputs';
import type { Values } from '@grantkeeper/core/placeholders/values';
import type { Vault } from '../crypto/vault.js';
import { inputsPlace, openInputs, randomText } from '../grants/sealed-inputs.js';
import type { MarkedTestRun } from './test-run-marks.js';

/** What the profile's placeholders get in a test. */
export async function testedValues(vault: Vault, run: MarkedTestRun): Promise<Values> {
  const { assistantId, authorizationId, definition, tenant, userId } = run;
  const inputs = await openInputs(vault, assistantId, inputsPlace('authorization', authorizationId), run.inputs);
  return valuesOf(definition, tenant, inputs, userId, randomText);
}
