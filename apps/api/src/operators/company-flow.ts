import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { CompanyFlow } from '@grantkeeper/platform/operators/company-identity';

/** Signing in at the company may take as long: typing a password, a second factor. */
export const companyFlowSeconds = 600;

/**
 * One sign-in at the company, held by the browser that began it: the cookie is an end and a random value, and state, nonce and
 * verifier are HMACs of both. So nothing is stored before somebody comes back, and no browser can use another's state.
 */
export class CompanyFlows {
  constructor(
    private readonly keys: readonly Buffer[],
    private readonly now: () => number = () => Date.now(),
  ) {}

  begin(): { cookie: string; flow: CompanyFlow } {
    const endsAt = Math.floor(this.now() / 1000) + companyFlowSeconds;
    const cookie = `${endsAt}.${randomBytes(32).toString('base64url')}`;
    return { cookie, flow: flowOf(this.keys[0] as Buffer, cookie) };
  }

  /** The flow that a browser comes back with, whichever of our keys it began under. */
  resume(cookie: string | null, state: string | undefined): CompanyFlow | 'other-browser' | 'expired' {
    if (cookie === null || state === undefined) return 'other-browser';
    const flow = this.keys.map((key) => flowOf(key, cookie)).find((one) => isSame(one.state, state));
    if (!flow) return 'other-browser';
    return Number(cookie.split('.', 1)[0]) * 1000 > this.now() ? flow : 'expired';
  }
}

function flowOf(key: Buffer, cookie: string): CompanyFlow {
  const derived = (part: string) => createHmac('sha256', key).update(`${part} ${cookie}`).digest('base64url');
  return { state: derived('state'), nonce: derived('nonce'), verifier: derived('verifier') };
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
