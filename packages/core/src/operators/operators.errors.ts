import { AppError } from '../kernel/app-error.js';

export class OperatorNotFound extends AppError {
  constructor() {
    super('operators.not-found', 'No such operator.');
  }
}

export class OperatorEmailTaken extends AppError {
  constructor(email: string) {
    super('operators.email-taken', `An operator with the address ${email} exists already.`);
  }
}

export class LastAdmin extends AppError {
  constructor() {
    super('operators.last-admin', 'The last admin with a password can be neither removed, disabled nor given another role.');
  }
}

export class WrongCredentials extends AppError {
  constructor() {
    super('operators.wrong-credentials', 'The address or the password is wrong.');
  }
}

export class ApiTokenNotFound extends AppError {
  constructor() {
    super('operators.api-token-not-found', 'No such API token.');
  }
}

export class SessionNotFound extends AppError {
  constructor() {
    super('operators.session-not-found', 'No such session.');
  }
}

export class SignsInAtCompany extends AppError {
  constructor() {
    super('operators.signs-in-at-company', 'This operator signs in at the company, which decides over password and roles.');
  }
}
