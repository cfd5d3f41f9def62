import { Module } from '@nestjs/common';
import { ApiTokensController } from './api-tokens.controller.js';
import { AuditController } from './audit.controller.js';
import { FirstOperator } from './first-operator.js';
import { OperatorsController } from './operators.controller.js';
import { Operators } from './operators.service.js';
import { SessionController } from './session.controller.js';
import { SignIn } from './sign-in.service.js';

/**
 * POST|GET|DELETE /v1/session              signing in and out
 * POST|GET /v1/operators                   PATCH|DELETE /v1/operators/:id
 * POST|GET /v1/operators/me/api-tokens     DELETE /v1/operators/me/api-tokens/:id
 * GET /v1/audit                            GET /v1/audit/verification
 *
 * Plain services; every change with its event and audit entry in one transaction. The first admin is made at the first start.
 */
@Module({
  controllers: [SessionController, ApiTokensController, OperatorsController, AuditController],
  providers: [SignIn, Operators, FirstOperator],
})
export class OperatorsModule {}
