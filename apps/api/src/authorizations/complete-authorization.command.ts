import type { AuthorizationState, CompleteAuthorization as Completion } from '@grantkeeper/contracts/authorizations/http';
import { isOver } from '@grantkeeper/core/authorizations/authorization-states';
import {
  AuthorizationNotFound,
  AuthorizationOver,
  NothingToComplete,
  WrongCode,
} from '@grantkeeper/core/authorizations/authorizations.errors';
import { normaliseConfirmationCode, sameSecret } from '@grantkeeper/core/authorizations/confirmation-code';
import { verifierMatches } from '@grantkeeper/core/authorizations/verifier';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import {
  type AuthorizationRecord,
  countWrongCode,
  lockAuthorization,
  markVerified,
} from '@grantkeeper/platform/authorizations/authorization.store';
import { endAuthorization } from '@grantkeeper/platform/authorizations/end-authorization';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { confirmHeld } from '@grantkeeper/platform/grants/held-grants';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuthorizationWatch } from './authorization-watch.js';
import { FlightWait } from './flight-wait.js';

type Runtime = Extract<Actor, { kind: 'runtime' }>;

/** The runtime's word that the person who consented is its user: the code they typed, or the verifier of their session with the handle of their return. */
export class CompleteAuthorization extends Command<AuthorizationState> {
  constructor(
    readonly authorizationId: string,
    readonly completion: Completion,
    readonly runtime: Runtime,
    readonly correlationId: string,
  ) {
    super();
  }
}

/** A refusal is a value: what it changed must be committed before it is told. */
type Judged =
  | { kind: 'completed' }
  | { kind: 'verified' }
  | { kind: 'flight-under-way'; grantId: string }
  | { kind: 'refused'; error: Error };

const maxTries = 5;
const exchangeWaitMs = 10_000;

@CommandHandler(CompleteAuthorization)
export class CompleteAuthorizationHandler implements ICommandHandler<CompleteAuthorization> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly vault: Vault,
    private readonly flights: FlightWait,
    private readonly watch: AuthorizationWatch,
  ) {}

  async execute({ authorizationId, completion, runtime, correlationId }: CompleteAuthorization): Promise<AuthorizationState> {
    const judged = await this.flights.untilNone(() =>
      this.unitOfWork.run({ actor: runtime, correlationId }, async (transaction) => {
        const record = await lockAuthorization(transaction.sql, authorizationId);
        if (!record || !mayComplete(record, runtime)) throw new AuthorizationNotFound();
        if (record.overdue) return over(transaction, record, 'expired');
        if (isOver(record.state)) throw new AuthorizationOver();
        return 'code' in completion
          ? this.judgeCode(transaction, record, completion.code)
          : judgeReturn(transaction, record, completion);
      }),
    );
    if (judged.kind === 'refused') throw judged.error;
    const view = await this.watch.whileExchanging(authorizationId, runtime, exchangeWaitMs);
    return view.status;
  }

  private async judgeCode(transaction: Transaction, record: AuthorizationRecord, typed: string): Promise<Judged> {
    if (record.state !== 'confirming' || record.identityCheck !== 'code' || record.confirmationCode === null)
      throw new NothingToComplete();
    const place = { table: 'authorization', row: record.id, field: 'confirmation_code' };
    const shown = await this.vault.open(record.assistantId, place, record.confirmationCode);
    if (!sameSecret(normaliseConfirmationCode(typed) ?? '', shown)) return wrongCode(transaction, record);
    const confirmed = await confirmHeld(transaction, this.vault, record);
    return confirmed.kind === 'flight-under-way' ? confirmed : { kind: 'completed' };
  }
}

/** Only runtimes of the same assistant, as far as their key reaches. */
const mayComplete = ({ assistantId, profileId }: AuthorizationRecord, runtime: Runtime): boolean =>
  assistantId === runtime.assistantId && (runtime.profiles === null || runtime.profiles.includes(profileId));

async function over(transaction: Transaction, record: AuthorizationRecord, state: 'expired' | 'wrong_person'): Promise<Judged> {
  await endAuthorization(transaction, record, { state });
  return { kind: 'refused', error: new AuthorizationOver() };
}

async function wrongCode(transaction: Transaction, record: AuthorizationRecord): Promise<Judged> {
  const tries = await countWrongCode(transaction.sql, record.id);
  return tries >= maxTries
    ? over(transaction, record, 'wrong_person')
    : { kind: 'refused', error: new WrongCode(maxTries - tries) };
}

/** Verifier and handle, both and once: a mismatch ends the authorization before any token request. */
async function judgeReturn(
  transaction: Transaction,
  record: AuthorizationRecord,
  { verifier, handle }: { verifier: string; handle: string },
): Promise<Judged> {
  if (record.state !== 'awaiting_verifier' || record.verifierChallenge === null || record.returnHandleHash === null)
    throw new NothingToComplete();
  const handleMatches = sameSecret(credentialHash(handle), record.returnHandleHash);
  if (!verifierMatches(verifier, record.verifierChallenge) || !handleMatches) return over(transaction, record, 'wrong_person');
  await markVerified(transaction.sql, record.id);
  const { id: authorizationId, assistantId, profileId } = record;
  transaction.record(`authorization-${authorizationId}`, assistantId, {
    type: 'authorizations.verified.v1',
    authorizationId,
    profileId,
  });
  transaction.settled(authorizationId);
  return { kind: 'verified' };
}
