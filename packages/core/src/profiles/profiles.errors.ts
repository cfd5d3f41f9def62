import type { FieldError } from '@grantkeeper/contracts/error-codes';
import type { ProfileStatus } from '@grantkeeper/contracts/profiles/http';
import { AppError } from '../kernel/app-error.js';

export class ProfileNotFound extends AppError {
  constructor() {
    super('profiles.not-found', 'No such profile.');
  }
}

export class ProfileNameTaken extends AppError {
  constructor(name: string) {
    super('profiles.name-taken', `A profile named “${name}” exists already in this assistant.`);
  }
}

export class ProfileIdTaken extends AppError {
  constructor() {
    super('profiles.id-taken', 'A profile with this id exists already.');
  }
}

export class ProfileDisabled extends AppError {
  constructor() {
    super('profiles.disabled', 'The profile is not active.');
  }
}

export class ProfileWrongStatus extends AppError {
  constructor(verb: string, status: ProfileStatus) {
    super('profiles.wrong-status', `A profile that is ${status} cannot be ${verb}.`);
  }
}

export class OwnRevision extends AppError {
  constructor() {
    super('profiles.own-revision', 'The origins were brought in by this operator; another admin has to approve them.');
  }
}

export class GrantedToUser extends AppError {
  constructor() {
    super(
      'profiles.granted-to-user',
      'Each user consents to this profile; only one with grantedTo “everyone” is authorized by an operator.',
    );
  }
}

export class DiscoveryFailed extends AppError {
  constructor(error: FieldError, options?: { cause?: unknown }) {
    super('profiles.discovery-failed', 'The discovery document could not be used.', { errors: [error] }, options);
  }
}
