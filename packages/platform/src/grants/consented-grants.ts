import { randomBytes, randomUUID } from 'node:crypto';
import { newConfirmationCode } from '@grantkeeper/core/authorizations/confirmation-code';
import { expiresAt } from '@grantkeeper/core/grants/refresh-policy';
import type { TokenSet } from '@grantkeeper/core/grants/token-answer';
import type pg from 'pg';
import { type ExchangeFlight, failExchange } from '../authorizations/exchange-flights.js';
import type { Vault } from '../crypto/vault.js';
import { type Flights, SettleAgain } from '../flights/flights.js';
import { type Settlement, settling } from '../flights/settlement.js';
import { type Consent, type ConsentKey, consentInto } from './consent-into.js';
import { holdConsent } from './hold-consent.js';
import { refreshTimes } from './next-try.js';
import { inputsForGrant, resealInputs } from './sealed-inputs.js';
import { resealTokens, sealTokens } from './sealed-tokens.js';
import { revokeUnwanted } from './unwanted-consent.js';

/** An exchange's good answer with all that its settle needs, sealed for a grant of its own. */
export interface ExchangeAnswer {
  kind: 'exchange';
  correlationId: string;
  attempt: string;
  authorizationId: string;
  assistantId: string;
  profileId: string;
  /** Whether the user has yet to be confirmed. */
  holds: boolean;
  /** The confirmation code, sealed for the authorization. */
  sealedCode: Buffer | null;
  consent: Consent;
}

/** Who consented at the provider, as far as it said. */
export interface ConsentingSubject {
  subject: string | null;
  account: string | null;
}

/** Turns what a code was exchanged for into a grant, or into a held one where the user has yet to be confirmed. */
export class ConsentedGrants {
  constructor(
    private readonly pool: pg.Pool,
    private readonly vault: Vault,
    private readonly flights: Flights,
  ) {}

  async untilStored(flight: ExchangeFlight, tokens: TokenSet, subject: ConsentingSubject): Promise<void> {
    const answer = await this.flights.untilSealed(() => this.seal(flight, tokens, subject));
    await this.flights.untilStored(() => this.store(answer), answer);
  }

  /** Tries to store an answer, whoever got it and however often it was tried: where its attempt no longer stands it is settled already, or no longer wanted. */
  async store(answer: ExchangeAnswer): Promise<void> {
    const livingId = answer.holds ? null : await livingGrantId(this.pool, answer);
    const consent = await this.consentFor(answer, livingId ?? answer.consent.sealed.grantId);
    await settling(this.pool, answer.correlationId, async (settlement) => {
      const key = await lockMine(settlement, answer);
      if (!key)
        await revokeUnwanted(settlement, answer); // settled before, or no longer wanted: a newer consent or a sign-out has the word
      else if (!answer.holds) await this.consent(settlement, answer, key, consent);
      else if (!(await holdConsent(settlement, key, consent, answer.sealedCode))) await revokeUnwanted(settlement, answer);
    }).catch(tryAgainAfterRace);
  }

  /** From here on no token is held as it came. Which grant it is for is not asked yet: the database may be away. */
  private async seal(flight: ExchangeFlight, tokens: TokenSet, { subject, account }: ConsentingSubject): Promise<ExchangeAnswer> {
    const { authorizationId, assistantId, profileId, identityCheck } = flight.read;
    const place = { table: 'authorization', row: authorizationId, field: 'confirmation_code' };
    const asksCode = identityCheck === 'code';
    const sealed = await sealTokens(this.vault, assistantId, randomUUID(), tokens);
    const inputs = await inputsForGrant(this.vault, flight.read, sealed.grantId);
    return {
      kind: 'exchange',
      correlationId: flight.correlationId,
      attempt: flight.attempt,
      authorizationId,
      assistantId,
      profileId,
      holds: asksCode || (identityCheck === 'confirm' && account !== null),
      sealedCode: asksCode ? await this.vault.seal(assistantId, place, newConfirmationCode(randomBytes(5))) : null,
      consent: { ...consentOf(flight, tokens, subject, account), sealed, inputs },
    };
  }

  /** Values open under their row only: what moves into a living grant is sealed for that one, before the transaction. */
  private async consentFor({ assistantId, consent }: ExchangeAnswer, grantId: string): Promise<Consent> {
    if (consent.sealed.grantId === grantId) return consent;
    const inputs = await resealInputs(this.vault, assistantId, consent.inputs, consent.sealed.grantId, grantId);
    return { ...consent, inputs, sealed: await resealTokens(this.vault, assistantId, consent.sealed, grantId) };
  }

  private async consent(settlement: Settlement, answer: ExchangeAnswer, key: ConsentKey, consent: Consent): Promise<void> {
    const { authorizationId, profileId, assistantId, attempt } = answer;
    const outcome = await consentInto(settlement, key, consent);
    if (outcome === 'other_account') {
      await failExchange(settlement, { read: answer, attempt }, 'mine', 'other_account'); // its tokens are forgotten: revoking could end that person's other consents
      return;
    }
    const { grantId } = consent.sealed;
    await settlement.sql.query({
      name: 'authorization-consented',
      text: `UPDATE "authorization" SET state = 'consented', grant_id = $2, account_label = $3, code = NULL, code_verifier = NULL, attempt = NULL, sent_at = NULL,
               queued_until = NULL, ended_at = now() WHERE id = $1`,
      values: [authorizationId, grantId, consent.account],
    });
    settlement.record(`authorization-${authorizationId}`, assistantId, {
      type: 'authorizations.consented.v1',
      authorizationId,
      profileId,
      grantId,
    });
    settlement.settled(authorizationId);
    settlement.settled(grantId);
  }
}

function consentOf(
  { read, sentAt }: ExchangeFlight,
  tokens: TokenSet,
  subject: string | null,
  account: string | null,
): Omit<Consent, 'sealed' | 'inputs'> {
  const { pinned, definition } = read;
  const lifetimeSeconds = tokens.expiresInSeconds ?? definition.advanced.assumedLifetimeSeconds ?? null;
  const end = expiresAt(sentAt, lifetimeSeconds);
  const refreshToken = {
    issuedAt: sentAt,
    consentedAt: sentAt,
    toldSeconds: tokens.refreshExpiresInSeconds,
    before: null,
    isSame: false,
  };
  return {
    scope: tokens.scope ?? pinned.scope, // no word means all that was asked for (RFC 6749 section 5.1)
    lifetimeSeconds,
    issuedAt: sentAt,
    expiresAt: end,
    ...refreshTimes(refreshToken, end, definition.advanced),
    subject,
    account,
    origins: pinned.origins,
    clientId: pinned.clientId,
  };
}

/** Locks the authorization, before any grant, if this attempt still has it (docs/flows/authorize.md). */
async function lockMine({ sql }: Settlement, { authorizationId, attempt }: ExchangeAnswer): Promise<ConsentKey | null> {
  const { rows } = await sql.query<ConsentKey>({
    name: 'exchange-lock-mine',
    text: `SELECT id AS "authorizationId", assistant_id AS "assistantId", profile_id AS "profileId", user_id AS "userId", coalesce(chosen_tenant, tenant) AS tenant, tenant AS "askedTenant", account
           FROM "authorization" WHERE id = $1 AND attempt = $2 AND state IN ('exchanging', 'outcome_unknown') FOR UPDATE`,
    values: [authorizationId, attempt],
  });
  return rows[0] ?? null;
}

async function livingGrantId(pool: pg.Pool, { authorizationId }: ExchangeAnswer): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'exchange-living-grant',
    text: `SELECT g.id FROM "authorization" a
             JOIN "grant" g ON g.profile_id = a.profile_id AND g.user_id = a.user_id AND g.tenant = coalesce(a.chosen_tenant, a.tenant) AND g.account = a.account
           WHERE a.id = $1 AND g.status IN ('active', 'reconnect_required')`,
    values: [authorizationId],
  });
  return rows[0]?.id ?? null;
}

/** Another consent of the same key came in between: by the unique indexes one of them is tried again, or finds itself superseded. */
function tryAgainAfterRace(error: unknown): never {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (code === '23505' && constraint === 'grant_one_living') throw new SettleAgain('another grant of this key appeared');
  throw error;
}
