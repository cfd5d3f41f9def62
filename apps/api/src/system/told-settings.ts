import type { SystemView } from '@grantkeeper/contracts/system/http';
import type { ApiConfig } from '../config.js';

type Told = SystemView['settings'][number];

const open = (name: string, value: string | number | boolean | null): Told => ({
  name,
  value: value === null ? null : String(value),
  secret: false,
  set: value !== null,
});
const secret = (name: string, set: boolean): Told => ({ name, value: null, secret: true, set });

/** The settings of this process as people may see them: of a secret only whether it is set. */
export function toldSettings(config: ApiConfig): Told[] {
  return [
    open('PUBLIC_URL', config.publicUrl),
    open('PORT', config.listen.port),
    open('HOST', config.listen.host),
    open('METRICS_PORT', config.metricsPort),
    secret('DATABASE_URL', true),
    secret('REDIS_URL', config.redisUrl !== null),
    secret('KEY_RING', true),
    open('QUEUE_PREFIX', config.queuePrefix),
    open('TRUST_PROXY', config.trustProxy),
    open('DRAIN_SECONDS', config.drainSeconds),
    open('LOG_LEVEL', config.logLevel),
    open('ADMIN_DIR', config.adminDir),
    open('OIDC_ISSUER', config.companySignIn?.issuer.toString() ?? null),
    open('OIDC_CLIENT_ID', config.companySignIn?.clientId ?? null),
    secret('OIDC_CLIENT_SECRET', Boolean(config.companySignIn?.clientSecret)),
    open('FIRST_OPERATOR_EMAIL', config.firstOperator.email),
    secret('FIRST_OPERATOR_PASSWORD', config.firstOperator.password !== null),
  ];
}
