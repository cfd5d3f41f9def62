import type { Logger } from '@grantkeeper/platform/observability/logger';

/** The worker's log, as a class so that it can be injected. */
export class WorkerLog {
  constructor(private readonly logger: Logger) {}

  info(fields: object, message: string): void {
    this.logger.info(fields, message);
  }

  warn(fields: object, message: string): void {
    this.logger.warn(fields, message);
  }

  error(fields: object, message: string): void {
    this.logger.error(fields, message);
  }
}
