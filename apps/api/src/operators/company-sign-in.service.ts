import { type CompanySignInProblem, operatorEmailSchema } from '@grantkeeper/contracts/operators/http';
import { OperatorEmailTaken } from '@grantkeeper/core/operators/operators.errors';
import { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { credentialHash, derivedKeys } from '@grantkeeper/platform/crypto/derived-keys';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import {
  type CompanyFlow,
  type CompanyIdentity,
  CompanyIdentityProvider,
  CompanySignInFailed,
} from '@grantkeeper/platform/operators/company-identity';
import { useCompanySignIn } from '@grantkeeper/platform/operators/company-sign-ins';
import { Injectable } from '@nestjs/common';
import { ApiConfig } from '../config.js';
import { Logger } from '../http/logger.js';
import { AdmitFromCompany } from './admit-from-company.js';
import { CompanyFlows } from './company-flow.js';
import type { SignInPlace } from './sign-in.service.js';

/** Below PUBLIC_URL; it is registered at the company's provider. */
export const companyCallbackPath = '/v1/session/oidc/callback';

/** Signs operators in at the company: where to go, and what comes back. */
@Injectable()
export class CompanySignIn {
  private readonly flows: CompanyFlows;
  private readonly provider: CompanyIdentityProvider | null;

  constructor(
    private readonly config: ApiConfig,
    private readonly pool: SqlPool,
    private readonly admit: AdmitFromCompany,
    private readonly logger: Logger,
    ring: KeyRing,
    client: GuardedClient,
  ) {
    const { companySignIn, publicUrl } = config;
    this.flows = new CompanyFlows(derivedKeys(ring, 'company sign-in'));
    this.provider = companySignIn && new CompanyIdentityProvider(companySignIn, `${publicUrl}${companyCallbackPath}`, client);
  }

  /** The text of its button; null where there is no sign-in at the company. */
  get name(): string | null {
    return this.config.companySignIn?.name ?? null;
  }

  /** Where the browser goes, and the cookie that it comes back with; or why it cannot go. */
  async begin({ correlationId }: SignInPlace): Promise<{ location: string; cookie: string } | CompanySignInProblem> {
    const { cookie, flow } = this.flows.begin();
    try {
      return { location: await this.asked().authorizationUrl(flow, correlationId), cookie };
    } catch (error) {
      return this.explained(error, correlationId);
    }
  }

  /** The token of a new session, or why there is none. */
  async finish(
    callback: URLSearchParams,
    cookie: string | null,
    place: SignInPlace,
  ): Promise<{ token: string } | CompanySignInProblem> {
    const flow = this.flows.resume(cookie, callback.get('state') ?? undefined);
    if (typeof flow === 'string') return flow;
    if (!(await useCompanySignIn(this.pool, credentialHash(flow.state)))) return 'expired';
    try {
      return { token: await this.admit.execute(await this.identityOf(callback, flow, place.correlationId), place) };
    } catch (error) {
      return this.explained(error, place.correlationId);
    }
  }

  private async identityOf(callback: URLSearchParams, flow: CompanyFlow, correlationId: string): Promise<CompanyIdentity> {
    const identity = await this.asked().identify(callback, flow, correlationId);
    const email = operatorEmailSchema.safeParse(identity.email);
    return { ...identity, email: email.success ? email.data : null };
  }

  private asked(): CompanyIdentityProvider {
    if (this.provider === null) throw new Error('there is no sign-in at the company');
    return this.provider;
  }

  private explained(error: unknown, correlationId: string): CompanySignInProblem {
    if (error instanceof OperatorEmailTaken) return 'email-taken';
    if (!(error instanceof CompanySignInFailed)) throw error;
    const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : undefined;
    this.logger.warn({ correlationId, problem: error.problem, cause }, 'no sign-in at the company');
    return error.problem;
  }
}
