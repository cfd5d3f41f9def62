import { randomUUID } from 'node:crypto';
import { type ConsentInputs, readAskedInputs } from '@grantkeeper/core/authorizations/consent-inputs';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { grantedToOf } from '@grantkeeper/core/profiles/profile';
import { GrantedToUser, ProfileDisabled, ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import {
  type AuthorizationKey,
  insertAuthorization,
  lockOpenAuthorization,
  type NewAuthorization,
  takeTurn,
} from '@grantkeeper/platform/authorizations/authorization.store';
import { findProfileForConsent } from '@grantkeeper/platform/authorizations/authorization.view';
import { closeOpenAuthorizations } from '@grantkeeper/platform/authorizations/close-authorizations';
import { endAuthorization } from '@grantkeeper/platform/authorizations/end-authorization';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { hasActiveGrant } from '@grantkeeper/platform/grants/grant.view';
import { inputsPlace, sealInputs } from '@grantkeeper/platform/grants/sealed-inputs';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { askHash, checkAsk, type SignInAsk } from './ask-rules.js';
import { SignInLinks } from './sign-in-links.js';

export interface OpenAuthorizationInput extends SignInAsk {
  assistantId: string;
  profileId: string;
  user: string;
  account: string;
  /** Null where the ask names none. */
  tenant: string | null;
  /** Null where an operator opens it, whose consent serves everyone. */
  runtimeKeyId: string | null;
  operator?: Actor;
  /** The active grant does not serve any more: a new consent is wanted all the same. */
  replaces: boolean;
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
    private readonly vault: Vault,
  ) {}

  async execute({ input, correlationId }: OpenAuthorization): Promise<OpenedAuthorization | null> {
    const { assistantId, runtimeKeyId } = input;
    const runtime = { kind: 'runtime', id: runtimeKeyId ?? '', assistantId, profiles: null } as const;
    const context = { actor: input.operator ?? runtime, correlationId };
    const opened = await this.unitOfWork.run(context, (transaction) => this.openOrFind(transaction, input));
    return opened && { authorizationId: opened.id, signInUrl: this.links.urlOf(opened.id), expiresAt: opened.expiresAt };
  }

  private async openOrFind(
    transaction: Transaction,
    input: OpenAuthorizationInput,
  ): Promise<{ id: string; expiresAt: Date } | null> {
    const profile = await findProfileForConsent(transaction.sql, input.profileId);
    if (!profile || profile.assistantId !== input.assistantId || profile.status === 'deleting') throw new ProfileNotFound();
    if (profile.status !== 'active') throw new ProfileDisabled();
    const isForEveryone = input.operator !== undefined;
    if (isForEveryone !== (grantedToOf(profile.definition) === 'everyone')) {
      if (isForEveryone) throw new GrantedToUser();
      return null; // revised since it was read
    }
    const { identityCheck, returnUrl } = isForEveryone ? ofOperator : checkAsk(input, profile.definition);
    const { tenant, inputs, errors } = readAskedInputs(profile.definition, input, input.user);
    if (errors.length > 0) throw new InvalidInput(errors);

    const key: AuthorizationKey = { profileId: input.profileId, user: input.user, tenant, account: input.account };
    const hash = askHash({ ...input, returnUrl }, this.links.askKey);
    await takeTurn(transaction.sql, key);
    const open = await lockOpenAuthorization(transaction.sql, key);
    if (open && !open.overdue && open.askHash.equals(hash) && open.identityCheck === identityCheck)
      return { id: open.id, expiresAt: open.deadline };
    if (
      !open &&
      !input.replaces &&
      (await hasActiveGrant(transaction.sql, { ...key, tenant: tenant === '' ? input.tenant : tenant }))
    )
      return null;
    if (open?.overdue) await endAuthorization(transaction, open, { state: 'expired' });
    await closeOpenAuthorizations(transaction, { ...key, tenants: [tenant] });
    return this.open(transaction, { ...input, ...key, identityCheck, returnUrl, askHash: hash, inputs });
  }

  private async open(transaction: Transaction, { inputs, ...opening }: Opening): Promise<{ id: string; expiresAt: Date }> {
    const id = randomUUID();
    const { assistantId, profileId } = opening;
    const sealed = await sealInputs(this.vault, assistantId, inputsPlace('authorization', id), inputs);
    const { correlationId } = transaction.context;
    const added = await insertAuthorization(transaction.sql, { ...opening, id, inputs: sealed, correlationId });
    if (!added) throw new Error('an authorization was opened without taking a turn');
    transaction.record(`authorization-${id}`, assistantId, {
      type: 'authorizations.opened.v1',
      authorizationId: id,
      profileId,
    });
    if (opening.operator)
      transaction.audit({
        action: 'profiles.authorize',
        subject: `profile:${profileId}`,
        assistantId,
        detail: { authorizationId: id, account: opening.account, tenant: opening.tenant },
      });
    return { id, expiresAt: added.expiresAt };
  }
}

/** There is no chat to type a code into, and the operator has signed in: the page names the account. */
const ofOperator = { identityCheck: 'confirm', returnUrl: null } as const;

type Opening = Omit<NewAuthorization, 'id' | 'inputs' | 'correlationId'> & { inputs: ConsentInputs; operator?: Actor };
