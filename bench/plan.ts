/** How much is done in one run. */
export interface Plan {
  rounds: number;
  reads: { grants: number; each: number; fixedRate: number; seconds: number };
  refreshes: number;
  sweep: { fewer: number; more: number; due: number; ticks: number };
  /** Grants whose tokens end in the same second. */
  sameSecond: number;
  readers: number;
  consents: number;
  /** What lists are read from: an assistant with so many grants and profiles, each list asked so often in a round. */
  lists: { grants: number; profiles: number; each: number };
  stackStarts: number;
}

const shared = { rounds: 5, sameSecond: 10_000, readers: 500, lists: { grants: 100_000, profiles: 1_000, each: 60 } };

/** About 20 minutes. */
export const fullPlan: Plan = {
  ...shared,
  reads: { grants: 100_000, each: 20_000, fixedRate: 1_000, seconds: 10 },
  refreshes: 5_000,
  sweep: { fewer: 10_000, more: 1_000_000, due: 500, ticks: 30 },
  consents: 40,
  stackStarts: 5,
};

/** About 3 minutes: the same rows, with a tenth of the grants to sweep over. */
export const quickPlan: Plan = {
  ...shared,
  reads: { grants: 100_000, each: 8_000, fixedRate: 1_000, seconds: 2 },
  refreshes: 1_500,
  sweep: { fewer: 10_000, more: 100_000, due: 500, ticks: 10 },
  consents: 8,
  stackStarts: 1,
};
