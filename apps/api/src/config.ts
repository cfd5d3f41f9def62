import { labelText } from '@grantkeeper/contracts/text';
import { Secret } from '@grantkeeper/core/kernel/secret';
import { readGroupRoles } from '@grantkeeper/core/operators/group-roles';
import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import type { CompanySettings } from '@grantkeeper/platform/operators/company-identity';
import { withSecretFiles } from '@grantkeeper/platform/settings/secret-files';
import { z } from 'zod';

const secret = z
  .string()
  .min(1)
  .transform((value) => new Secret(value));
/** What of a thrown reason may be shown: the parsers' messages never hold the value. */
const reading = <T>(read: (value: string) => T) =>
  z.string().transform((value, context) => {
    try {
      return read(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
      return z.NEVER;
    }
  });

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

function publicOrigin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new Error('must be an origin like https://grants.example.com');
  if (url.origin !== value.replace(/\/$/, '').toLowerCase())
    throw new Error('must be an origin only: no path, query, user info or default port');
  if (url.protocol === 'http:' && !loopbackHosts.includes(url.hostname))
    throw new Error('must be https unless its host is loopback');
  return url.origin;
}

function issuerUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new Error('must be a URL without query, fragment or user info, as the provider’s own metadata names it');
  return value;
}

const environment = z.object({
  DATABASE_URL: secret,
  REDIS_URL: secret.optional(),
  PUBLIC_URL: reading(publicOrigin),
  CONFIRM_PUBLIC_URL: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  HOST: z.string().optional(),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  KEY_RING: reading((value) => KeyRing.read(value)),
  OUTBOUND_ALLOW: reading((value) => OutboundPolicy.parse(value)).default(() => OutboundPolicy.parse('')),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 of A-Z a-z 0-9 _ -')
    .default('gk'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  TRUST_PROXY: z.string().max(500).optional(),
  ADMIN_DIR: z.string().max(1000).optional(),
  DRAIN_SECONDS: z.coerce.number().min(0).max(15).default(0),
  FIRST_OPERATOR_EMAIL: z.string().min(1).max(254).default('admin@localhost'),
  FIRST_OPERATOR_PASSWORD: z
    .string()
    .min(12, 'must be at least 12 characters')
    .max(512)
    .transform((value) => new Secret(value))
    .optional(),
  OIDC_ISSUER: reading(issuerUrl).optional(),
  OIDC_CLIENT_ID: z.string().max(255).optional(),
  OIDC_CLIENT_SECRET: secret.optional(),
  OIDC_SCOPES: z
    .string()
    .max(500)
    .refine((scopes) => scopes.split(' ').includes('openid'), 'must hold openid')
    .default('openid email profile'),
  OIDC_GROUPS_CLAIM: z.string().max(200).default('groups'),
  OIDC_ROLES: reading(readGroupRoles).optional(),
  OIDC_NAME: labelText(60).default('Company sign-in'),
});

const companyNeeds = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_ROLES'] as const;

/** Settings that are missing or wrong, all of them, one a line; never a value. */
export class InvalidSettings extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The settings are incomplete or wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'InvalidSettings';
  }
}

/** The settings are well-formed, and starting with them would do harm. */
export class RefusedToStart extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedToStart';
  }
}

/** The API's settings, read once from the environment. */
export class ApiConfig {
  private constructor(
    readonly databaseUrl: Secret,
    readonly redisUrl: Secret | null,
    readonly queuePrefix: string,
    readonly publicUrl: string,
    readonly confirmPublicUrl: string | null,
    readonly listen: { port: number; host: string | null },
    /** False: the connection's address is the client's. Else true, or the addresses and ranges of the proxies in front. */
    readonly trustProxy: boolean | string,
    readonly keyRing: KeyRing,
    readonly outboundPolicy: OutboundPolicy,
    readonly logLevel: string,
    readonly firstOperator: { email: string; password: Secret | null },
    /** Null: no metrics. */
    readonly metricsPort: number | null,
    /** How long it goes on serving after SIGTERM, not ready, for load balancers to notice. */
    readonly drainSeconds: number,
    /** Null: operators sign in with passwords only. */
    readonly companySignIn: CompanySettings | null,
    /** Where the built admin lies; null: beside the api in the workspace. */
    readonly adminDir: string | null,
  ) {}

  /** Cookies are Secure, with the `__Host-` prefix, wherever browsers speak https to us. */
  get secureCookies(): boolean {
    return this.publicUrl.startsWith('https:');
  }

  /** Reads the environment; throws InvalidSettings with every problem at once. */
  static read(env: Readonly<Record<string, string | undefined>>): ApiConfig {
    const { env: complete, problems: fileProblems } = withSecretFiles(env);
    const given = Object.fromEntries(Object.entries(complete).filter(([, value]) => value !== undefined && value !== ''));
    const parsed = environment.safeParse(given);
    fileProblems.push(...missingForCompany(given));
    if (!parsed.success || fileProblems.length > 0) {
      const issues = (parsed.error?.issues ?? []).map(({ path, message }) => {
        const name = String(path[0]);
        return given[name] === undefined ? `${name} is missing` : `${name} ${message.replace(name, '').replace(/^:?\s+/, '')}`;
      });
      throw new InvalidSettings([
        ...fileProblems,
        ...issues.filter((issue) => !fileProblems.some((one) => one.startsWith(`${issue.split(' ', 1)[0]}_FILE `))),
      ]);
    }
    const settings = parsed.data;
    return new ApiConfig(
      settings.DATABASE_URL,
      settings.REDIS_URL ?? null,
      settings.QUEUE_PREFIX,
      settings.PUBLIC_URL,
      settings.CONFIRM_PUBLIC_URL ?? null,
      { port: settings.PORT, host: settings.HOST ?? null },
      proxies(settings.TRUST_PROXY),
      settings.KEY_RING,
      settings.OUTBOUND_ALLOW,
      settings.LOG_LEVEL,
      { email: settings.FIRST_OPERATOR_EMAIL.toLowerCase(), password: settings.FIRST_OPERATOR_PASSWORD ?? null },
      settings.METRICS_PORT ?? null,
      settings.DRAIN_SECONDS,
      companySettings(settings),
      settings.ADMIN_DIR ?? null,
    );
  }
}

/** All or nothing: a sign-in at the company that lets nobody in helps nobody. */
function missingForCompany(given: Readonly<Record<string, string | undefined>>): string[] {
  if (!companyNeeds.some((name) => given[name] !== undefined)) return [];
  const has = companyNeeds.filter((name) => given[name] !== undefined).join(' and ');
  return companyNeeds.filter((name) => given[name] === undefined).map((name) => `${name} is missing, beside ${has}`);
}

function companySettings(settings: z.output<typeof environment>): CompanySettings | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_ROLES: roles } = settings;
  if (issuer === undefined || clientId === undefined || roles === undefined) return null;
  return {
    issuer,
    clientId,
    clientSecret: settings.OIDC_CLIENT_SECRET ?? null,
    scopes: settings.OIDC_SCOPES,
    groupsClaim: settings.OIDC_GROUPS_CLAIM,
    roles,
    name: settings.OIDC_NAME,
  };
}

function proxies(setting: string | undefined): boolean | string {
  if (setting === undefined || setting === 'false') return false;
  return setting === 'true' ? true : setting;
}
