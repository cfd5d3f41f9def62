import 'reflect-metadata';
import { randomBytes, randomUUID } from 'node:crypto';
import type { AssistantRole, Role } from '@grantkeeper/contracts/operators/http';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { createPool } from '@grantkeeper/platform/database/pool';
import { freshDatabase } from '@grantkeeper/tests/support/database';
import { jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../src/application.js';
import { ApiConfig } from '../src/config.js';

/** Starting costs an argon2 hash and a cloned database, on machines that do other things too. */
jest.setTimeout(60_000);

export const publicUrl = 'http://localhost:4000';
export const firstOperator = { email: 'admin@localhost', password: 'correct horse battery' };

export interface Call {
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  payload?: string;
  headers?: Record<string, string>;
  /** Bearer credential; null sends none. Without it the first operator calls. */
  token?: string | null;
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: specs read what the answer holds and check it
  body: any;
}

/** Settings for an API on this database, as its environment would give them. */
export const environment = (databaseUrl: string, more: Record<string, string> = {}): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  PUBLIC_URL: publicUrl,
  KEY_RING: `test:${randomBytes(32).toString('base64')}`,
  FIRST_OPERATOR_PASSWORD: firstOperator.password,
  LOG_LEVEL: 'silent',
  QUEUE_PREFIX: `gk-${randomBytes(6).toString('hex')}`,
  ...(process.env.GK_TEST_REDIS_URL ? { REDIS_URL: process.env.GK_TEST_REDIS_URL } : {}),
  ...more,
});

/** The API in this process, on a database of its own. */
export class RunningApi {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: Awaited<ReturnType<typeof freshDatabase>>,
    readonly db: ReturnType<typeof createPool>,
  ) {}

  token = '';

  static async start(env: Record<string, string> = {}): Promise<RunningApi> {
    const database = await freshDatabase();
    const app = await createApplication(ApiConfig.read(environment(database.url, env)));
    const api = new RunningApi(app, database, createPool(database.url, 2));
    api.token = await api.tokenOf(firstOperator.email, firstOperator.password);
    return api;
  }

  async stop(): Promise<void> {
    await this.db.end();
    await this.app.close();
    await this.database.drop();
  }

  async call(method: string, url: string, { body, payload, headers = {}, token = this.token }: Call = {}): Promise<Answered> {
    const answer = await this.app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined && payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      payload: payload ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
    const json = /\bjson\b/.test(String(answer.headers['content-type']));
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: json ? JSON.parse(answer.body) : null };
  }

  /** The session cookie of an operator who signs in. */
  async signIn(email: string, password: string): Promise<string> {
    const { headers } = await this.call('POST', '/v1/session', { body: { email, password }, token: null });
    return String(headers['set-cookie']).split(';', 1)[0] as string;
  }

  /** A new API token of an operator. */
  async tokenOf(email: string, password: string): Promise<string> {
    const headers = { cookie: await this.signIn(email, password), origin: publicUrl };
    const { body } = await this.call('POST', '/v1/operators/me/api-tokens', { body: { name: 'spec' }, headers, token: null });
    return body.token;
  }

  async givenOperator(
    role: Role | null,
    assistantRoles: AssistantRole[] = [],
  ): Promise<{ id: string; email: string; password: string; token: string }> {
    const [email, password] = [`${role}-${randomBytes(4).toString('hex')}@example.com`, 'a long pass phrase'];
    const { body } = await this.call('POST', '/v1/operators', { body: { email, password, role, assistantRoles } });
    return { id: body.id, email, password, token: await this.tokenOf(email, password) };
  }

  async givenAssistant(name: string = randomUUID()): Promise<string> {
    return (await this.call('POST', '/v1/assistants', { body: { name } })).body.id;
  }

  async givenKey(assistantId: string): Promise<{ id: string; key: string }> {
    return (await this.call('POST', `/v1/assistants/${assistantId}/runtime-keys`, { body: { name: 'runtime' } })).body;
  }

  async givenProfile(assistantId: string, more: Record<string, unknown> = {}): Promise<ProfileView> {
    const answer = await this.call('POST', `/v1/assistants/${assistantId}/profiles`, { body: { ...newProfile(), ...more } });
    if (answer.status !== 201) throw new Error(`no profile: ${answer.text}`);
    return answer.body;
  }
}

/** The shortest body of a profile that is right. */
export const newProfile = (): Record<string, unknown> => ({
  type: 'oauth2',
  name: `profile ${randomBytes(4).toString('hex')}`,
  identityProvider: 'ServiceNow',
  clientId: 'client',
  clientSecret: 'canary-client-secret',
  authorizationUrl: 'https://idp.example.com/authorize',
  tokenUrl: 'https://idp.example.com/token',
});
