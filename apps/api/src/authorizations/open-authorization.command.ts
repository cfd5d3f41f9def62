import { randomUUID } from 'node:crypto';
import { ProfileDisabled, ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import {
  type AuthorizationKey,
  insertAuthorization,
  lockOpenAuthorization,
  takeTurn,
} from '@grantkeeper/platform/authorizations/authorization.store';
import { findProfileForConsent } from '@grantkeeper/platform/authorizations/authorization.view';
import { closeOpenAuthorizations } from '@grantkeeper/platform/authorizations/close-authorizations';
import { endAuthorization } from '@grantkeeper/platform/authorizations/end-authorization';
import { type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { hasActiveGrant } from '@grantkeeper/platform/grants/grant.view';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { askHash, checkAsk, type SignInAsk } from './ask-rules.js';
import { SignInLinks } from './sign-in-links.js';

export interface OpenAuthorizationInput extends SignInAsk {
  assistantId: string;
  profileId: string;
  user: string;
  account: string;
  runtimeKeyId: string;
}

export interface OpenedAuthorization {
  authorizationId: string;
  signInUrl: string;
  expiresAt: Date;
}

/**
 * Opens an authorization, or gives the link of the one that is open for the same ask. Another ask ends it and opens a new one. Null where the consent has
 * come meanwhile: there is an active grant, and nobody needs to be asked.
 */
export class OpenAuthorization extends Command<OpenedAuthorization | null> {
  constructor(
    readonly input: OpenAuthorizationInput,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(OpenAuthorization)
export class OpenAuthorizationHandler implements ICommandHandler<OpenAuthorization> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly links: SignInLinks,
  ) {}

  async execute({ input, correlationId }: OpenAuthorization): Promise<OpenedAuthorization | null> {
    const { assistantId, runtimeKeyId } = input;
    const context = { actor: { kind: 'runtime', id: runtimeKeyId, assistantId, profiles: null } as const, correlationId };
    const opened = await this.unitOfWork.run(context, (transaction) => openOrFind(transaction, input));
    return opened && { authorizationId: opened.id, signInUrl: this.links.urlOf(opened.id), expiresAt: opened.expiresAt };
  }
}

async function openOrFind(
  transaction: Transaction,
  input: OpenAuthorizationInput,
): Promise<{ id: string; expiresAt: Date } | null> {
  const profile = await findProfileForConsent(transaction.sql, input.profileId);
  if (!profile || profile.assistantId !== input.assistantId || profile.status === 'deleting') throw new ProfileNotFound();
  if (profile.status !== 'active') throw new ProfileDisabled();
  const { identityCheck, returnUrl } = checkAsk(input, profile.definition);

  const key: AuthorizationKey = { profileId: input.profileId, user: input.user, tenant: '', account: input.account };
  const hash = askHash({ ...input, returnUrl });
  await takeTurn(transaction.sql, key);
  const open = await lockOpenAuthorization(transaction.sql, key);
  if (open && !open.overdue && open.askHash.equals(hash) && open.identityCheck === identityCheck)
    return { id: open.id, expiresAt: open.deadline };
  if (!open && (await hasActiveGrant(transaction.sql, key))) return null;
  if (open?.overdue) await endAuthorization(transaction, open, { state: 'expired' });
  await closeOpenAuthorizations(transaction, key);

  const id = randomUUID();
  const { assistantId, displayName, verifierChallenge, runtimeKeyId } = input;
  const { correlationId } = transaction.context;
  const added = await insertAuthorization(transaction.sql, {
    ...key,
    id,
    assistantId,
    identityCheck,
    askHash: hash,
    displayName,
    returnUrl,
    verifierChallenge,
    runtimeKeyId,
    correlationId,
  });
  if (!added) throw new Error('an authorization was opened without taking a turn');
  transaction.record(`authorization-${id}`, assistantId, {
    type: 'authorizations.opened.v1',
    authorizationId: id,
    profileId: input.profileId,
  });
  return { id, expiresAt: added.expiresAt };
}
