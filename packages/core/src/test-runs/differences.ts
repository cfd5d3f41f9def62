import type { TestRunDifferences, TestStepEvent, TestStepName } from '@grantkeeper/contracts/test-runs/http';
import { changedMembers, type ProfileDefinition } from '../profiles/profile.js';

/** A run as it is compared with another. */
export interface ComparedRun {
  id: string;
  at: Date;
  revision: number;
  tenant: string;
  definition: ProfileDefinition;
  clientSecretSetAt: Date | null;
  steps: readonly TestStepEvent[];
}

/** What is not as it was in the last run that worked: members of the profile, and steps that ended otherwise. */
export function differencesSince(worked: ComparedRun, now: ComparedRun): TestRunDifferences {
  const changed = changedMembers(worked.definition, now.definition);
  if (worked.clientSecretSetAt?.getTime() !== now.clientSecretSetAt?.getTime()) changed.push('clientSecret');
  if (worked.tenant !== now.tenant) changed.push('tenant');
  const before = new Map(worked.steps.map((step) => [step.name, endOf(step)]));
  const names = now.steps.map(({ name }): TestStepName => name);
  return {
    testRunId: worked.id,
    at: worked.at.toISOString(),
    profileRevision: worked.revision,
    changed,
    steps: names.flatMap((name) => {
      const was = before.get(name) ?? 'not tested';
      const is = endOf(now.steps.find((step) => step.name === name));
      return was === is ? [] : [{ name, was, is }];
    }),
  };
}

const endOf = (step: TestStepEvent | undefined): string => step?.diagnosis ?? step?.result ?? 'not tested';
