import type { DiagnosisCode } from '@grantkeeper/contracts/test-runs/http';
import { diagnosisRules } from './diagnosis-rules.js';
import { diagnosisWords } from './diagnosis-words.js';

/** Diagnoses that no single answer shows, and what shows them. */
const byComparison: readonly { code: DiagnosisCode; seen: string }[] = [
  { code: 'secret_missing', seen: 'The profile has no client secret, and its client authentication is not `none`' },
  {
    code: 'issuer_mismatch',
    seen: 'The ID token’s issuer or audience, the callback’s `iss` or the discovery document’s issuer is not the profile’s',
  },
  { code: 'discovery_differs', seen: 'The discovery document tells another endpoint, or does not offer what the profile uses' },
  {
    code: 'no_refresh_token',
    seen: 'The token answer holds no refresh token; where the provider is known, what it wants asked is told',
  },
  { code: 'scopes_missing', seen: 'The token answer’s `scope` lacks what was asked for' },
  { code: 'clock_differs', seen: 'An answer’s `Date` header is more than two minutes away from our clock' },
  { code: 'not_revoked', seen: 'The revocation endpoint did not answer 2xx to the token of the test' },
  {
    code: 'next_secret_taken',
    seen: 'The client is refused with the present secret, and a made-up code is refused as such with the next',
  },
  { code: 'profile_revised', seen: 'The profile’s revision moved between two steps of the run' },
];

const cell = (text: string): string => text.replaceAll('|', '\\|');
const fieldText = (field: string | null): string =>
  field === 'url' ? 'the URL of the step' : field === null ? 'none' : `\`${field}\``;

/** docs/test-diagnoses.md, from the rules and words that decide. */
export function diagnosisPage(): string {
  const rows = [...diagnosisRules, ...byComparison].map(({ code, seen }) => {
    const { what, mend, field } = diagnosisWords[code];
    return `| ${cell(seen)} | \`${code}\` | ${cell(what)} | ${cell(mend)} | ${fieldText(field)} |`;
  });
  return `# What a test run finds

Made from \`packages/core/src/test-runs/diagnosis-rules.ts\` and \`packages/core/src/test-runs/diagnosis-words.ts\` by \`scripts/write-diagnoses.mjs\`;
a unit test compares. The rules are asked from the top for each answer of the provider, and the first that holds is the diagnosis.

| what was seen | diagnosis | what is wrong | what to do | field |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
