import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** What the demo provider must find again at its next start, or every token it ever gave would be void. */
export interface DemoKeys {
  clientSecret: string;
  cookieSecret: string;
  /** A private RSA key as JWK; it signs the ID tokens. */
  signingKey: Record<string, unknown>;
  /** By login. */
  passwords: Record<string, string>;
}

export interface DemoUser {
  login: string;
  password: string;
  email: string;
  name: string;
  /** At the company that the demo provider stands for. */
  groups: string[];
}

const people = [
  { login: 'ada', email: 'ada@example.com', name: 'Ada Lovelace', groups: ['gk-admins'] },
  { login: 'grace', email: 'grace@example.com', name: 'Grace Hopper', groups: ['helpdesk'] },
];

/** New random keys and passwords. */
export function makeDemoKeys(): DemoKeys {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clientSecret: randomBytes(32).toString('base64url'),
    cookieSecret: randomBytes(32).toString('base64url'),
    signingKey: { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('hex') },
    passwords: Object.fromEntries(people.map(({ login }) => [login, randomBytes(9).toString('base64url')])),
  };
}

/** The two people who have an account at the demo provider. */
export function demoUsers(keys: DemoKeys): DemoUser[] {
  return people.map((person) => ({ ...person, password: keys.passwords[person.login] ?? '' }));
}
