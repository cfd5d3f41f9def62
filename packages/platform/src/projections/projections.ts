import { refreshActivity } from '../refresh/refresh-activity.projection.js';
import type { Projection } from './projection.js';

/** Every projection. */
export const projections: readonly Projection[] = [refreshActivity];
