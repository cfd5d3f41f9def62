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
import { refreshDueAt } from './next-try.js';
import { type SealedTokens, sealTokens } from './sealed-tokens.js';

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

  async untilStored(flight: ExchangeFlight, tokens: TokenSet, { subject, account }: ConsentingSubject): Promise<void> {
    const { read, correlationId } = flight;
    const holds = read.identityCheck === 'code' || (read.identityCheck === 'confirm' && account !== null);
    const confirmationCode = read.identityCheck === 'code' ? newConfirmationCode(randomBytes(5)) : null;
    const ownId = randomUUID();
    let sealed: SealedTokens | undefined;
    await this.flights.untilStored(async () => {
      // Values open under their row only: what moves into a living grant is sealed for that one, before the transaction, and again if it was another.
      const grantId = (holds ? null : await livingGrantId(this.pool, flight)) ?? ownId;
      if (sealed?.grantId !== grantId) sealed = await sealTokens(this.vault, read.assistantId, grantId, tokens);
      const consent = consentOf(flight, tokens, sealed, subject, account);
      const place = { table: 'authorization', row: read.authorizationId, field: 'confirmation_code' };
      const sealedCode = confirmationCode === null ? null : await this.vault.seal(read.assistantId, place, confirmationCode);
      await settling(this.pool, correlationId, async (settlement) => {
        const key = await lockMine(settlement, flight);
        if (!key) return; // settled before, or no longer wanted: a newer consent or a sign-out has the word
        if (holds) await holdConsent(settlement, key, consent, sealedCode);
        else await this.consent(settlement, flight, key, consent);
      }).catch(tryAgainAfterRace);
    });
  }

  private async consent(settlement: Settlement, flight: ExchangeFlight, key: ConsentKey, consent: Consent): Promise<void> {
    const { authorizationId, profileId, assistantId } = flight.read;
    const outcome = await consentInto(settlement, key, consent);
    if (outcome === 'other_account') {
      await failExchange(settlement, flight, 'mine', 'other_account'); // its tokens are forgotten: revoking could end that person's other consents
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
  sealed: SealedTokens,
  subject: string | null,
  account: string | null,
): Consent {
  const { pinned, definition } = read;
  const lifetimeSeconds = tokens.expiresInSeconds ?? definition.advanced.assumedLifetimeSeconds ?? null;
  const end = expiresAt(sentAt, lifetimeSeconds);
  return {
    sealed,
    scope: tokens.scope ?? pinned.scope, // no word means all that was asked for (RFC 6749 section 5.1)
    lifetimeSeconds,
    issuedAt: sentAt,
    expiresAt: end,
    dueAt: refreshDueAt(sentAt, end, definition.advanced),
    subject,
    account,
    origins: pinned.origins,
    clientId: pinned.clientId,
  };
}

/** Locks the authorization, before any grant, if this attempt still has it (docs/flows/authorize.md). */
async function lockMine({ sql }: Settlement, { read, attempt }: ExchangeFlight): Promise<ConsentKey | null> {
  const { rows } = await sql.query<ConsentKey>({
    name: 'exchange-lock-mine',
    text: `SELECT id AS "authorizationId", assistant_id AS "assistantId", profile_id AS "profileId", user_id AS "userId", tenant, account
           FROM "authorization" WHERE id = $1 AND attempt = $2 AND state IN ('exchanging', 'outcome_unknown') FOR UPDATE`,
    values: [read.authorizationId, attempt],
  });
  return rows[0] ?? null;
}

async function livingGrantId(pool: pg.Pool, { read }: ExchangeFlight): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'exchange-living-grant',
    text: `SELECT g.id FROM "authorization" a JOIN "grant" g USING (profile_id, user_id, tenant, account)
           WHERE a.id = $1 AND g.status IN ('active', 'reconnect_required')`,
    values: [read.authorizationId],
  });
  return rows[0]?.id ?? null;
}

/** Another consent of the same key came in between: by the unique indexes one of them is tried again, or finds itself superseded. */
function tryAgainAfterRace(error: unknown): never {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (code === '23505' && constraint === 'grant_one_living') throw new SettleAgain('another grant of this key appeared');
  throw error;
}
