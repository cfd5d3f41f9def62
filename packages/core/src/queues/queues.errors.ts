import { AppError } from '../kernel/app-error.js';

export class QueueNotFound extends AppError {
  constructor() {
    super('queues.not-found', 'No such queue.');
  }
}

export class FailedJobNotFound extends AppError {
  constructor() {
    super('queues.job-not-found', 'No such failed job in this queue: it may have succeeded since.');
  }
}
