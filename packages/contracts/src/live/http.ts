import { z } from 'zod';
import { idSchema } from '../text.js';

/** What pages are made of; a page asks again for what has changed. */
export const liveTopics = [
  'assistants',
  'profiles',
  'grants',
  'test-runs',
  'runtime-keys',
  'refresh',
  'queues',
  'operators',
  'audit',
  'system',
] as const;
export const liveTopicSchema = z.enum(liveTopics);

/** The data of `event: changed`. Null: of the whole installation, or of more than one. */
export const liveChangeSchema = z.object({
  topic: liveTopicSchema,
  assistantId: idSchema.nullable(),
  id: idSchema.nullable(),
});

export type LiveTopic = z.infer<typeof liveTopicSchema>;
export type LiveChange = z.infer<typeof liveChangeSchema>;
