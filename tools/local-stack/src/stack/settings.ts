import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What the person who starts the stack may choose. */
export interface StackSettings {
  /** Where everything is kept. */
  folder: string;
  port: number | undefined;
  demoAccessTokenSeconds: number;
  redisUrl: string | undefined;
  outboundAllow: string | undefined;
  firstOperator: { email: string; password: string | undefined };
}

/** Reads the environment; every wrong setting is named at once. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): StackSettings {
  const wrong: string[] = [];
  const whole = (name: string, least: number, most: number) => {
    const text = env[name];
    if (!text) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      wrong.push(`${name} must be a whole number from ${least} to ${most}`);
    return value;
  };
  const chosen = env.LOCAL_STACK_DIR || '.local';
  const settings = {
    folder: isAbsolute(chosen) ? chosen : join(root, chosen),
    port: whole('PORT', 0, 65_535),
    demoAccessTokenSeconds: whole('DEMO_ACCESS_TOKEN_SECONDS', 1, 30 * 24 * 3600) ?? 600,
    redisUrl: env.REDIS_URL || undefined,
    outboundAllow: env.OUTBOUND_ALLOW || undefined,
    firstOperator: { email: env.FIRST_OPERATOR_EMAIL || 'admin@example.com', password: env.FIRST_OPERATOR_PASSWORD || undefined },
  };
  if (wrong.length > 0) throw new Error(`The settings are wrong:\n${wrong.map((line) => `  ${line}`).join('\n')}`);
  return settings;
}
