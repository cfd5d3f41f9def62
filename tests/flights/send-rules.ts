import type { Send } from './simulated-provider.js';

/**
 * What the provider's log must not show (ARCHITECTURE.md, rule 2): a code in two requests; a refresh token in three without a complete error answer between
 * them, which would be more than the one re-send.
 */
export function brokenRules(sends: readonly Send[]): string[] {
  const broken: string[] = [];
  const codes = new Set<string>();
  const unanswered = new Map<string, number>();
  sends.forEach(({ kind, secret, mayRepeat, heard }, index) => {
    if (kind === 'exchange') {
      if (codes.has(secret)) broken.push(`request ${index} sends the code ${secret} again`);
      codes.add(secret);
      return;
    }
    const times = (unanswered.get(secret) ?? 0) + 1;
    if (times > 2 && !mayRepeat) broken.push(`request ${index} sends the refresh token ${secret} for the ${times}th time`);
    unanswered.set(secret, heard === 'error' ? 0 : times);
  });
  return broken;
}
