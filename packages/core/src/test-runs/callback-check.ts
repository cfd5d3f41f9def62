import type { Diagnosis } from '@grantkeeper/contracts/test-runs/http';
import { type Callback, checkIssuer } from '../authorizations/callback.js';
import { diagnosisOf, judgeStep } from './diagnose.js';

interface PinnedConsent {
  authorizationUrl: string;
  issuer: string | null;
  issParameterSupported: boolean;
  pkce: 'S256' | 'off';
  clientAuthentication: { method: string };
}

/** What is wrong with what the provider sent the browser back with (RFC 6749 section 4.1.2.1, RFC 9207); null where it brings a code. */
export function checkTestCallback(callback: Extract<Callback, { ok: true }>, pinned: PinnedConsent): Diagnosis | null {
  const { code, error = '', errorDescription = '', iss } = callback;
  if (!checkIssuer(iss, pinned)) {
    const seen = iss === undefined ? 'no iss came back, though discovery announces it' : `iss is ${iss.slice(0, 500)}`;
    return diagnosisOf('issuer_mismatch', 'callback', seen);
  }
  if (code !== undefined) return null;
  const host = URL.canParse(pinned.authorizationUrl) ? new URL(pinned.authorizationUrl).host : '';
  const reading = { kind: 'answer', status: 302, body: 'empty', error, description: errorDescription, tokens: false } as const;
  const { method } = pinned.clientAuthentication;
  const facts = {
    method,
    pkce: pinned.pkce,
    clientLetIn: false,
    clientRefused: false,
    methodThatWorks: null,
    discoveredUrl: null,
  };
  return judgeStep({ step: 'callback', host, reading }, facts).diagnosis;
}
