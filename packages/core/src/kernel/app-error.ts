import type { ErrorCode, FieldError } from '@grantkeeper/contracts/error-codes';

export interface ErrorDetails {
  errors?: FieldError[];
  retryAfterSeconds?: number;
  triesLeft?: number;
}

/** A failure we expect and name. `message` and `details` may be shown to the caller; `cause` never is. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}
