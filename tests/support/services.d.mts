/** One PostgreSQL with a migrated template and one Redis for the whole run; their URLs go into the environment. */
export function startServices(): Promise<void>;
/** Stops what this process started and removes its data. */
export function stopServices(): Promise<void>;
