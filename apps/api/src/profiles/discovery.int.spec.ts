import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newProfile, RunningApi } from '../../test-fixtures/running-api.js';

describe('a discovery document', () => {
  let server: Server;
  let origin: string;
  let api: RunningApi;
  let assistantId: string;
  let answer: { status: number; body: string };
  let asked = 0;
  const document = (more: object = {}) =>
    JSON.stringify({ issuer: origin, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token`, ...more });

  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    api = await RunningApi.start({ OUTBOUND_ALLOW: origin });
    assistantId = await api.givenAssistant();
  });
  afterAll(async () => {
    await api.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const create = (more: object = {}) => {
    const { authorizationUrl: _a, tokenUrl: _t, ...rest } = newProfile();
    const advanced = { discoveryUrl: `${origin}/.well-known/openid-configuration` };
    return api.call('POST', `/v1/assistants/${assistantId}/profiles`, { body: { ...rest, advanced, ...more } });
  };

  it('fills what the author left out, keeps what was given, and its issuer is stored', async () => {
    answer = {
      status: 200,
      body: document({ revocation_endpoint: `${origin}/revoke`, authorization_response_iss_parameter_supported: true }),
    };
    const { status, body } = await create({ tokenUrl: 'https://idp.example.com/own' });
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({
        authorizationUrl: `${origin}/authorize`,
        tokenUrl: 'https://idp.example.com/own',
        issuer: origin,
      }),
    ]);
    expect(body.advanced.revocationUrl).toBe(`${origin}/revoke`);
  });

  it.each([
    ['of another issuer', () => ({ status: 200, body: document({ issuer: 'https://evil.example.com' }) }), 'issuer_mismatch'],
    ['that is missing', () => ({ status: 404, body: '{}' }), 'unreachable'],
    ['that redirects', () => ({ status: 302, body: '' }), 'unreachable'],
    ['that is not JSON', () => ({ status: 200, body: '<html>' }), 'unreadable'],
    ['that is no object', () => ({ status: 200, body: '[]' }), 'unreadable'],
    ['that is too large', () => ({ status: 200, body: `"${'a'.repeat(300_000)}"` }), 'unreachable'],
  ])('%s is an error on its field', async (_name, given, code) => {
    answer = given();
    const { status, body } = await create();
    expect([status, body.code]).toEqual([422, 'profiles.discovery-failed']);
    expect(body.errors).toEqual([{ path: 'advanced.discoveryUrl', code, message: expect.any(String) }]);
  });

  it('that tells an endpoint we must not call is refused', async () => {
    answer = { status: 200, body: document({ token_endpoint: 'https://169.254.169.254/token' }) };
    const { status, body } = await create();
    expect([status, body.errors[0]]).toEqual([422, expect.objectContaining({ path: 'tokenUrl', code: 'refused_address' })]);
  });

  it('is asked again only where a revision needs its word', async () => {
    answer = { status: 200, body: document() };
    const { body: profile } = await create();
    const before = asked;
    const revise = (patch: object, revision: number) =>
      api.call('PATCH', `/v1/profiles/${profile.id}`, { body: patch, headers: { 'if-match': `"${revision}"` } });
    expect((await revise({ description: 'x', advanced: { discoveryUrl: profile.advanced.discoveryUrl } }, 1)).status).toBe(200);
    expect(asked).toBe(before);
    answer = { status: 200, body: document({ token_endpoint: `${origin}/token2` }) };
    expect((await revise({ tokenUrl: null }, 2)).body).toMatchObject({ tokenUrl: `${origin}/token2`, issuer: origin });
    expect(asked).toBe(before + 1);
    expect((await revise({ advanced: { discoveryUrl: null } }, 3)).body).toMatchObject({
      issuer: null,
      tokenUrl: `${origin}/token2`,
    });
  });
});
