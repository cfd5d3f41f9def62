import { boundOriginsReach } from '@grantkeeper/core/grants/endpoints';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { clientAuthenticationOf } from '@grantkeeper/core/profiles/profile';
import { fillProfileUrl, originPattern } from '@grantkeeper/core/profiles/profile-urls';
import type { OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import type { Vault } from '../crypto/vault.js';
import type { Sql } from '../database/pool.js';
import { grantValues } from './sealed-inputs.js';
import { clientRequest, lacksSecret } from './token-request.js';

/** A revocation, ready to be sent: no requests where the provider cannot be told. */
export interface PreparedRevocation {
  url: string;
  requests: OutboundRequest[];
  attempts: number;
}

interface Row {
  assistant_id: string;
  profile_id: string;
  grant_id: string;
  origins: string[];
  hand_out: Buffer | null;
  refresh_token: Buffer | null;
  attempts: number;
  definition: ProfileDefinition;
  client_secret: Buffer | null;
  inputs: Buffer | null;
  tenant: string;
  user_id: string;
  consentedAnew: boolean;
}

/** The user has come back since, or is coming back and has said yes at the provider already. Some providers end a user's whole consent with any of its tokens. */
const consentedAnew = `(
  EXISTS (SELECT FROM "grant" g WHERE g.assistant_id = r.assistant_id AND g.user_id = r.user_id AND g.client_id = r.client_id AND g.origins && r.origins
    AND g.status IN ('held', 'active', 'reconnect_required') AND g.consented_at > r.created_at)
  OR EXISTS (SELECT FROM "authorization" a WHERE a.profile_id = r.profile_id AND a.user_id = r.user_id AND a.code_received_at > r.created_at
    AND a.state IN ('awaiting_verifier', 'code_received', 'exchanging', 'confirming')))`;

/** Opens the tokens of ended grants for the one use they still have. */
export class RevocationTokens {
  constructor(
    private readonly sql: Sql,
    private readonly vault: Vault,
  ) {}

  /** The requests of RFC 7009 section 2.1, refresh token first; none where the user has consented anew; null when the revocation is settled already. Tokens go only to origins that the grant is bound to. */
  async prepare(revocationId: string): Promise<PreparedRevocation | null> {
    const { rows } = await this.sql.query<Row>({
      name: 'read-revocation',
      text: `SELECT r.assistant_id, r.profile_id, r.grant_id, r.origins, r.hand_out, r.refresh_token, r.attempts, r.inputs, r.tenant, r.user_id, p.definition, p.client_secret,
               ${consentedAnew} AS "consentedAnew"
             FROM revocation r JOIN profile p ON p.id = r.profile_id WHERE r.id = $1 AND r.state = 'pending'`,
      values: [revocationId],
    });
    const row = rows[0];
    if (!row) return null;
    const nothing = { url: '', requests: [], attempts: row.attempts };
    const url = row.consentedAnew ? null : await this.urlFor(row);
    if (url === null) return nothing;
    const client = {
      clientId: row.definition.clientId,
      clientSecret:
        row.client_secret &&
        (await this.vault.open(
          row.assistant_id,
          { table: 'profile', row: row.profile_id, field: 'client_secret' },
          row.client_secret,
        )),
      authentication: clientAuthenticationOf(row.definition),
    };
    if (lacksSecret(client)) return nothing;
    const requests = (await this.tokensOf(row)).map(([token, hint]) => clientRequest(client, { token, token_type_hint: hint }));
    return { url, requests, attempts: row.attempts };
  }

  /** Where the provider is told, if its tokens may go there. */
  private async urlFor(row: Row): Promise<string | null> {
    const template = row.definition.advanced.revocationUrl;
    if (template === undefined || !row.origins.includes(originPattern(row.definition, template) ?? '')) return null;
    const grant = {
      assistantId: row.assistant_id,
      grantId: row.grant_id,
      tenant: row.tenant,
      userId: row.user_id,
      inputs: row.inputs,
    };
    const url = fillProfileUrl(row.definition, template, await grantValues(this.vault, grant, row.definition));
    return typeof url === 'string' && boundOriginsReach(row.origins, row.definition, template, url) ? url : null;
  }

  private async tokensOf(row: Row): Promise<[string, 'refresh_token' | 'access_token'][]> {
    const open = (field: 'hand_out' | 'refresh_token', sealed: Buffer): Promise<string> =>
      this.vault.open(row.assistant_id, { table: 'grant', row: row.grant_id, field }, sealed);
    const tokens: [string, 'refresh_token' | 'access_token'][] = [];
    if (row.refresh_token) tokens.push([await open('refresh_token', row.refresh_token), 'refresh_token']);
    if (row.hand_out)
      tokens.push([(JSON.parse(await open('hand_out', row.hand_out)) as { accessToken: string }).accessToken, 'access_token']);
    return tokens;
  }
}
