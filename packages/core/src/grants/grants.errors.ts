import { AppError } from '../kernel/app-error.js';

export class GrantNotFound extends AppError {
  constructor() {
    super('grants.not-found', 'No such grant.');
  }
}

export class GrantNotActive extends AppError {
  constructor() {
    super('grants.not-active', 'The grant is not active; the user has to consent again.');
  }
}

export class RefreshInProgress extends AppError {
  constructor(retryAfterSeconds: number) {
    super('grants.refresh-in-progress', 'The token is being refreshed; ask again.', { retryAfterSeconds });
  }
}

export class ProviderUnavailable extends AppError {
  constructor(retryAfterSeconds: number) {
    super('providers.unavailable', 'The provider does not answer at the moment.', { retryAfterSeconds });
  }
}

export class ProviderConfiguration extends AppError {
  constructor() {
    super('providers.configuration', 'The provider refuses this profile’s client or request; the profile has to be mended.');
  }
}
