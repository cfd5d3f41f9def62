import { randomBytes } from 'node:crypto';
import type { FieldError } from '@grantkeeper/contracts/error-codes';
import type { ProfileStatus } from '@grantkeeper/contracts/profiles/http';
import {
  type ConsentInputs,
  faultErrors,
  readTypedInputs,
  type TypedInputs,
  valuesOf,
} from '@grantkeeper/core/authorizations/consent-inputs';
import type { Values } from '@grantkeeper/core/placeholders/values';
import {
  clientAuthenticationOf,
  extraAuthorizationParameters,
  originsOf,
  type ProfileDefinition,
  pkceOf,
  scopeParameter,
} from '@grantkeeper/core/profiles/profile';
import { fillProfileUrl } from '@grantkeeper/core/profiles/profile-urls';
import {
  type AuthorizationRecord,
  lockAuthorization,
  type PinnedRequest,
  startConsent,
} from '@grantkeeper/platform/authorizations/authorization.store';
import { findProfileForConsent, findSignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { endAuthorization } from '@grantkeeper/platform/authorizations/end-authorization';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { inputsPlace, openInputs, randomText, sealInputs } from '@grantkeeper/platform/grants/sealed-inputs';
import { findTestStanding } from '@grantkeeper/platform/test-runs/test-run.store';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';
import { isBoundTo, newBrowserToken } from './browser-cookie.js';
import { authorizationRedirect } from './profile.strategy.js';

/** Where Continue leads, and the token that binds the browser; or what is wrong with what was typed; null where the authorization can't begin now, as its page tells. */
export type ConsentBegun = { url: string; browserToken: string } | { errors: FieldError[] } | null;

/** A test asks for consent once its first part has passed, also at a profile that is disabled: to mend it is what tests are for. */
async function mayConsent({ sql }: Transaction, { testRunId }: AuthorizationRecord, status: ProfileStatus): Promise<boolean> {
  if (testRunId === null) return status === 'active';
  return (await findTestStanding(sql, testRunId))?.state === 'awaiting_consent' && (status === 'active' || status === 'disabled');
}

/** Continue: binds the link to this browser and makes the authorization request. The same browser may start over until the provider has answered. */
export class BeginConsent extends Command<ConsentBegun> {
  constructor(
    readonly authorizationId: string,
    readonly browserToken: string | null,
    readonly typed: TypedInputs,
  ) {
    super();
  }
}

/** What goes into the authorization when its browser sets out. */
interface FilledConsent {
  authorizationUrl: string;
  inputs: ConsentInputs;
  chosenTenant: string | null;
}

@CommandHandler(BeginConsent)
export class BeginConsentHandler implements ICommandHandler<BeginConsent> {
  constructor(
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
    private readonly vault: Vault,
    private readonly config: ApiConfig,
  ) {}

  async execute({ authorizationId, browserToken, typed }: BeginConsent): Promise<ConsentBegun> {
    const found = await findSignIn(this.pool, authorizationId);
    if (!found) return null;
    return this.unitOfWork.run({ actor: { kind: 'user' }, correlationId: found.correlationId }, async (transaction) => {
      const record = await lockAuthorization(transaction.sql, authorizationId);
      if (!record || !(await mayBegin(transaction, record, browserToken))) return null;
      const profile = await findProfileForConsent(transaction.sql, record.profileId);
      if (!profile || !(await mayConsent(transaction, record, profile.status))) return null;
      const inputs = await openInputs(this.vault, record.assistantId, inputsPlace('authorization', record.id), record.inputs);
      const { definition } = profile;
      const { tenant, userId } = record;
      const read = readTypedInputs(definition, { tenant, inputs, userId }, typed);
      const values = valuesOf(definition, read.tenant, read.inputs, userId, randomText);
      const filled = read.errors.length > 0 ? read.errors : filledUrl(definition, values);
      if (typeof filled !== 'string') return { errors: filled };
      const fixed = { ...read.inputs, typed: Object.fromEntries(values.fields) };
      const consent = {
        authorizationUrl: filled,
        inputs: fixed,
        chosenTenant: tenant === '' && read.tenant !== '' ? read.tenant : null,
      };
      return this.begin(transaction, record, definition, consent, browserToken ?? newBrowserToken());
    });
  }

  private async begin(
    transaction: Transaction,
    { id, assistantId, profileId }: AuthorizationRecord,
    definition: ProfileDefinition,
    consent: FilledConsent,
    browserToken: string,
  ) {
    const pinned = pin(definition, `${this.config.publicUrl}/callback/${profileId}`);
    const inputs = await sealInputs(this.vault, assistantId, inputsPlace('authorization', id), consent.inputs);
    const url = await authorizationRedirect(
      { ...pinned, authorizationUrl: consent.authorizationUrl },
      extraAuthorizationParameters(definition),
      async (verifier) => {
        const state = randomBytes(32).toString('base64url');
        const place = { table: 'authorization', row: id, field: 'code_verifier' };
        const codeVerifier = verifier === null ? null : await this.vault.seal(assistantId, place, verifier);
        await startConsent(transaction.sql, id, {
          browserHash: credentialHash(browserToken),
          stateHash: credentialHash(state),
          codeVerifier,
          pinned,
          inputs,
          chosenTenant: consent.chosenTenant,
        });
        return state;
      },
    );
    return { url, browserToken };
  }
}

async function mayBegin(transaction: Transaction, record: AuthorizationRecord, browserToken: string | null): Promise<boolean> {
  if (record.state !== 'waiting' && record.state !== 'consenting') return false;
  if (record.overdue) {
    await endAuthorization(transaction, record, { state: 'expired' });
    return false;
  }
  return record.state === 'waiting' || isBoundTo(record.browserHash, browserToken);
}

/** Where the browser goes, or the inputs that do not fit: also those of the token URL, while the user can still mend them. */
function filledUrl(definition: ProfileDefinition, values: Values): string | FieldError[] {
  const [url, ...others] = [definition.authorizationUrl, definition.tokenUrl].map((template) =>
    fillProfileUrl(definition, template, values),
  );
  const faults = [url, ...others].filter((one) => typeof one === 'object');
  return faults.length === 0 && typeof url === 'string' ? url : faultErrors(faults);
}

function pin(definition: ProfileDefinition, redirectUri: string): PinnedRequest {
  const { authorizationUrl, tokenUrl, clientId, issuer, issParameterSupported } = definition;
  return {
    authorizationUrl,
    tokenUrl,
    clientId,
    redirectUri,
    scope: scopeParameter(definition),
    issuer,
    issParameterSupported,
    pkce: pkceOf(definition),
    clientAuthentication: clientAuthenticationOf(definition),
    origins: originsOf(definition),
  };
}
