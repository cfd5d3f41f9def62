import { AppError } from '../kernel/app-error.js';

export class TestRunNotFound extends AppError {
  constructor() {
    super('test-runs.not-found', 'No such test run.');
  }
}
