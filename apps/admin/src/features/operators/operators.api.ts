import {
  type AuditFilter,
  type AuditVerification,
  apiTokensPageSchema,
  auditPageSchema,
  auditVerificationSchema,
  createdApiTokenSchema,
  type OperatorPatch,
  type OperatorView,
  operatorSchema,
  operatorSessionsPageSchema,
  operatorsPageSchema,
  type Role,
  type Roles,
} from '@grantkeeper/contracts/operators/http';
import { queryOptions } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/client.js';
import { listQuery } from '../../api/pages.js';

export const operatorsQuery = listQuery({ key: ['operators', 'list'], path: '/v1/operators', page: operatorsPageSchema });

/** Of an operator, or one's own where no id is given. */
export const sessionsQuery = (operatorId?: string) =>
  listQuery({
    key: ['operators', 'sessions', operatorId ?? 'me'],
    path: pathOf`/v1/operators/${operatorId ?? 'me'}/sessions`,
    page: operatorSessionsPageSchema,
  });

export const apiTokensQuery = listQuery({
  key: ['operators', 'api-tokens'],
  path: '/v1/operators/me/api-tokens',
  page: apiTokensPageSchema,
});

/** What is typed of a new operator; the API says what is wrong with it. */
export interface OperatorDraft extends Roles {
  email: string;
  password: string;
}

export const createOperator = (body: OperatorDraft): Promise<OperatorView> =>
  ask('POST', '/v1/operators', operatorSchema, { body, idempotencyKey: crypto.randomUUID() });

export const changeOperator = ({ id, revision }: OperatorView, body: OperatorPatch): Promise<OperatorView> =>
  ask('PATCH', pathOf`/v1/operators/${id}`, operatorSchema, { body, ifMatch: revision });

export const deleteOperator = (id: string): Promise<void> => ask('DELETE', pathOf`/v1/operators/${id}`, null);
export const endSession = (id: string): Promise<void> => ask('DELETE', pathOf`/v1/sessions/${id}`, null);
export const changeOwnPassword = (body: { currentPassword: string; newPassword: string }): Promise<void> =>
  ask('POST', '/v1/operators/me/password', null, { body });
export const createApiToken = (name: string): Promise<{ id: string; token: string }> =>
  ask('POST', '/v1/operators/me/api-tokens', createdApiTokenSchema, { body: { name } });
export const revokeApiToken = (id: string): Promise<void> => ask('DELETE', pathOf`/v1/operators/me/api-tokens/${id}`, null);

export const auditQuery = (filter: AuditFilter) =>
  listQuery({ key: ['audit', 'list'], path: '/v1/audit', page: auditPageSchema, query: filter });

/** Recomputed on a press only: it reads the whole log. */
export const verifyAudit = (): Promise<AuditVerification> => ask('GET', '/v1/audit/verification', auditVerificationSchema);

/** Where a browser downloads what the filter finds. */
export function auditExportUrl(format: 'csv' | 'jsonl', filter: AuditFilter): string {
  const given = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== undefined) as [string, string][]);
  return `/v1/audit.${format}${given.size > 0 ? `?${given}` : ''}`;
}

/** All operators whose address helps to filter: the first two hundred. */
export const operatorNamesQuery = queryOptions({
  queryKey: ['operators', 'names'],
  queryFn: async ({ signal }) =>
    (await ask('GET', '/v1/operators', operatorsPageSchema, { query: { limit: 200 }, signal })).items,
});

export const roles: readonly Role[] = ['viewer', 'author', 'operator', 'admin'];
