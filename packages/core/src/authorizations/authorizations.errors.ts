import { AppError } from '../kernel/app-error.js';

export class AuthorizationNotFound extends AppError {
  constructor() {
    super('authorizations.not-found', 'No such authorization.');
  }
}

export class WrongCode extends AppError {
  constructor(triesLeft: number) {
    super('authorizations.wrong-code', 'The code is wrong.', { triesLeft });
  }
}

export class AuthorizationOver extends AppError {
  constructor() {
    super('authorizations.over', 'The authorization is over; ask for a token again to get a new link.');
  }
}

export class NothingToComplete extends AppError {
  constructor() {
    super('authorizations.nothing-to-complete', 'The authorization does not wait for this completion now.');
  }
}

export class ReturnUrlNotRegistered extends AppError {
  constructor() {
    super(
      'authorizations.return-url-not-registered',
      'The return URL is not one of the profile’s, or none is given and the profile has several.',
      {
        errors: [
          { path: 'signIn.returnUrl', code: 'not_registered', message: 'must be one of the profile’s return URLs, exactly' },
        ],
      },
    );
  }
}

export class VerifierRequired extends AppError {
  constructor() {
    super('authorizations.verifier-required', 'The profile’s identity check is “return”: send signIn.verifierChallenge.', {
      errors: [{ path: 'signIn.verifierChallenge', code: 'required', message: 'is required by the profile’s identity check' }],
    });
  }
}
