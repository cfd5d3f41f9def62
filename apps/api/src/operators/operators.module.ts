import { Module } from '@nestjs/common';
import { AdmitFromCompany } from './admit-from-company.js';
import { ApiTokensController } from './api-tokens.controller.js';
import { AuditController } from './audit.controller.js';
import { CompanySignInController } from './company-sign-in.controller.js';
import { CompanySignIn } from './company-sign-in.service.js';
import { FirstOperator } from './first-operator.js';
import { OperatorsController } from './operators.controller.js';
import { Operators } from './operators.service.js';
import { SessionController } from './session.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SignIn } from './sign-in.service.js';

/**
 * POST|GET|DELETE /v1/session              signing in and out
 * GET /v1/sign-in-methods                  GET /v1/session/oidc|oidc/callback
 * POST|GET /v1/operators                   PATCH|DELETE /v1/operators/:id
 * POST|GET /v1/operators/me/api-tokens     DELETE /v1/operators/me/api-tokens/:id
 * GET /v1/operators/me/sessions|:id/sessions   DELETE /v1/sessions/:id   POST /v1/operators/me/password
 * GET /v1/audit|audit.csv|audit.jsonl      GET /v1/audit/verification
 *
 * Plain services; every change with its event and audit entry in one transaction. The first admin is made at the first start.
 */
@Module({
  controllers: [
    SessionController,
    CompanySignInController,
    SessionsController,
    ApiTokensController,
    OperatorsController,
    AuditController,
  ],
  providers: [SignIn, CompanySignIn, AdmitFromCompany, Operators, FirstOperator],
})
export class OperatorsModule {}
