import { z } from 'zod';
import { idSchema } from '../text.js';
import { diagnosisCodeSchema } from './http.js';

const one = z.object({ testRunId: idSchema, profileId: idSchema });
export const testRunEvents = {
  'test-runs.started.v1': one.extend({ revision: z.int() }),
  'test-runs.awaiting-consent.v1': one,
  'test-runs.code-received.v1': one,
  'test-runs.succeeded.v1': one,
  'test-runs.failed.v1': one.extend({ diagnosis: diagnosisCodeSchema }),
  'test-runs.interrupted.v1': one,
  'test-runs.expired.v1': one,
} as const;
