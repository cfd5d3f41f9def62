import { AppError } from '../kernel/app-error.js';

export class AssistantNotFound extends AppError {
  constructor() {
    super('assistants.not-found', 'No such assistant.');
  }
}

export class AssistantNameTaken extends AppError {
  constructor(name: string) {
    super('assistants.name-taken', `An assistant named “${name}” exists already.`);
  }
}

export class AssistantNotEmpty extends AppError {
  constructor() {
    super('assistants.not-empty', 'The assistant still has profiles; delete them first.');
  }
}

export class RuntimeKeyNotFound extends AppError {
  constructor() {
    super('runtime-keys.not-found', 'No such runtime key.');
  }
}
