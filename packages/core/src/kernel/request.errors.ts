import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { AppError } from './app-error.js';

export class InvalidInput extends AppError {
  constructor(errors: FieldError[]) {
    super('http.invalid-input', 'Some fields are wrong; each is named in errors.', { errors });
  }
}

export class NotFound extends AppError {
  constructor() {
    super('http.not-found', 'There is nothing at this address.');
  }
}

export class Unauthenticated extends AppError {
  constructor() {
    super('http.unauthenticated', 'The credential is missing, wrong or revoked.');
  }
}

export class Forbidden extends AppError {
  constructor(message = 'Your role does not allow this.') {
    super('http.forbidden', message);
  }
}

export class ForeignOrigin extends AppError {
  constructor() {
    super('http.foreign-origin', 'The request comes from a page of another origin.');
  }
}

export class RateLimited extends AppError {
  constructor(retryAfterSeconds: number) {
    super('http.rate-limited', 'Too many requests; try again later.', { retryAfterSeconds });
  }
}

export class IfMatchRequired extends AppError {
  constructor() {
    super('http.if-match-required', 'Send If-Match with the ETag that you have read, quotes included.');
  }
}

export class StaleRevision extends AppError {
  constructor(message = 'It was changed since you read it; read it again.') {
    super('http.stale-revision', message);
  }
}

export class IdempotencyKeyReused extends AppError {
  constructor() {
    super('http.idempotency-key-reused', 'This Idempotency-Key was used for another request.');
  }
}

export class IdempotencyInProgress extends AppError {
  constructor() {
    super('http.idempotency-in-progress', 'The first request with this Idempotency-Key is still under way.', {
      retryAfterSeconds: 1,
    });
  }
}

export class Unavailable extends AppError {
  constructor(retryAfterSeconds: number, options?: { cause?: unknown }) {
    super('http.unavailable', 'Grantkeeper cannot answer at the moment; try again.', { retryAfterSeconds }, options);
  }
}
